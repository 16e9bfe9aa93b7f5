#!/bin/bash
# An example of a repair of your own, kept simple: one control plane, kubeadm, no preconditions.
#   drill run lost-pki --masters 1 --recovery examples/repair.sh
# drill gives it DRILL_INVENTORY (JSON: the machines, and the kubeadm configuration of each control plane) and DRILL_SSH (as ssh: NODE COMMAND…).
set -euo pipefail

inventory() { node -p "const i = JSON.parse(require('fs').readFileSync(process.env.DRILL_INVENTORY, 'utf8')); $1"; }
on() { "$DRILL_SSH" "$@"; }

[ "$(inventory 'i.controlPlanes.length')" = 1 ] || { echo 'this example repairs one control plane only' >&2; exit 1; }
config=$(inventory 'i.controlPlanes[0].kubeadmConfig ?? ""')
[ -n "$config" ] || { echo 'this example needs the kubeadm configuration' >&2; exit 1; }
control_plane=$(inventory 'i.controlPlanes[0].name')
workers=$(inventory 'i.workers.map((worker) => worker.name).join(" ")')
kubectl='kubectl --kubeconfig /etc/kubernetes/super-admin.conf'

echo "certificates, kubeconfigs and manifests on $control_plane"
on "$control_plane" 'umask 077; cat > /root/kubeadm.yaml' < "$config"
on "$control_plane" 'set -e; C="--config /root/kubeadm.yaml"
  test -s /var/lib/etcd/member/snap/db
  for sandbox in $(crictl pods --namespace kube-system --label tier=control-plane --quiet); do crictl rmp -f $sandbox; done
  kubeadm init phase certs all $C
  kubeadm init phase kubeconfig all $C
  kubeadm init phase etcd local $C
  kubeadm init phase control-plane all $C' < /dev/null

echo 'kubelets: a new identity each'
on "$control_plane" 'rm -f /var/lib/kubelet/pki/kubelet-client-*; systemctl restart kubelet' < /dev/null
for ((attempt = 0; attempt < 300; attempt++)); do
  if on "$control_plane" "$kubectl get --raw /readyz" < /dev/null > /dev/null 2>&1; then break; fi
  sleep 0.5
done
for worker in $workers; do
  # Its kubelet.conf stays but for the CA; the identity is in the file that kubelet rotates.
  on "$control_plane" "kubeadm kubeconfig user --config /root/kubeadm.yaml --org system:nodes --client-name system:node:$worker" < /dev/null |
    on "$worker" 'set -e; umask 077; conf=$(cat)
      field() { sed -n "s/^ *$1: //p" <<< "$conf"; }
      rm -f /var/lib/kubelet/pki/kubelet-client-*
      for part in certificate key; do field client-$part-data | base64 -d; done > /var/lib/kubelet/pki/kubelet-client-current.pem
      sed -i "s|\(certificate-authority-data: \).*|\1$(field certificate-authority-data)|" /etc/kubernetes/kubelet.conf'
  on "$control_plane" 'cat /etc/kubernetes/pki/ca.crt' < /dev/null | on "$worker" 'cat > /etc/kubernetes/pki/ca.crt'
done

echo 'wait until the new CA is in every namespace, so that no pod gets a new token beside the old CA'
on "$control_plane" "set -e; ca=\$(cat /etc/kubernetes/pki/ca.crt)
  for ((attempt = 0; attempt < 300; attempt++)); do
    old=0
    for namespace in \$($kubectl get namespaces --output name | sed 's,.*/,,'); do
      [ \"\$($kubectl get configmap --namespace \$namespace kube-root-ca.crt --output 'jsonpath={.data.ca\\.crt}')\" = \"\$ca\" ] || old=1
    done
    if [ \$old = 0 ]; then exit 0; fi
    sleep 0.5
  done
  echo 'the new CA was not published' >&2; exit 1" < /dev/null
for node in $control_plane $workers; do on "$node" 'systemctl restart kubelet' < /dev/null; done

echo 'tokens in Secrets'
on "$control_plane" "$kubectl get secrets --all-namespaces --field-selector type=kubernetes.io/service-account-token --no-headers \
  --output custom-columns=:metadata.namespace,:metadata.name" < /dev/null 2> /dev/null | while read -r namespace name; do
  on "$control_plane" "$kubectl patch secret --namespace $namespace $name --type merge --patch '{\"data\":{\"token\":null}}'" < /dev/null
done

echo 'wait until every node is Ready by its own word'
on "$control_plane" "since=\$(date -u +%FT%TZ)
  for ((attempt = 0; attempt < 300; attempt++)); do
    old=\$($kubectl get leases --namespace kube-node-lease --no-headers --output custom-columns=:spec.renewTime | awk -v since=\$since '\$1 < since' | wc -l)
    if [ \$old = 0 ] && ! $kubectl get nodes --no-headers | grep -q NotReady; then exit 0; fi
    sleep 0.5
  done
  echo 'not every node came back' >&2; exit 1" < /dev/null

echo 'restart what read the CA at its start, one by one and in place: same pods, same addresses'
# The network of drill is podnet, and its workload has a client that reads its credentials once; name yours.
for reader in k8s-app=kube-proxy app=podnet k8s-app=kube-dns app=api-client-once; do
  for node in $control_plane $workers; do
    for pod in $(on "$node" "crictl pods --state Ready --quiet --label $reader" < /dev/null); do
      on "$node" "crictl stop --timeout 10 \$(crictl ps --quiet --pod $pod)" < /dev/null
      # DNS one at a time, so that one always answers.
      if [ "$reader" != k8s-app=kube-dns ]; then continue; fi
      sleep 2
      on "$control_plane" "$kubectl wait --all-namespaces --for condition=Ready pod --selector $reader --timeout 60s" < /dev/null
    done
  done
done

echo 'what joining machines and extension API servers are told'
on "$control_plane" "set -e
  token=\$(kubeadm init phase bootstrap-token --config /root/kubeadm.yaml | sed -n 's/.*Using token: //p')
  kubeadm token delete \${token%%.*}
  $kubectl delete configmap --namespace kube-system extension-apiserver-authentication
  kubeadm init phase kubelet-finalize all --config /root/kubeadm.yaml
  rm /root/kubeadm.yaml" < /dev/null
echo 'done'
