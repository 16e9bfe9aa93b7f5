/** Configurations as an operator keeps them. */
export const v1beta4 = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
clusterName: prod
controlPlaneEndpoint: lb.example:6443
kubernetesVersion: v1.36.4
networking: { podSubnet: 10.244.0.0/16, serviceSubnet: 10.96.0.0/16 }
apiServer:
  certSANs: [lb.example]
  extraArgs:
  - { name: audit-policy-file, value: /etc/kubernetes/audit/policy.yaml }
  extraVolumes:
  - { name: audit, hostPath: /srv/audit, mountPath: /etc/kubernetes/audit }
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens: [{ token: abcdef.0123456789abcdef }]
localAPIEndpoint: { advertiseAddress: 10.0.0.1, bindPort: 6443 }
nodeRegistration:
  name: master-1
  criSocket: unix:///run/containerd/containerd.sock
  kubeletExtraArgs: [{ name: node-ip, value: 10.0.0.1 }]
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
`

export const v1beta3 = `apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
kubernetesVersion: v1.31.4
certificatesDir: /srv/pki
etcd: { local: { dataDir: /srv/etcd } }
apiServer:
  extraArgs: { encryption-provider-config: /etc/kubernetes/enc.yaml, profiling: "false" }
`

/** The least that works: nothing that would have to be on the machine. */
export const plain = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.4
`
