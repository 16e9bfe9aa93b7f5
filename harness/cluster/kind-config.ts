import { stringify } from 'yaml'
import type { Topology } from '../ports.ts'

/**
 * The configuration that `kind create cluster` gets. kubelet refuses cgroup v1 hosts since 1.35 unless told otherwise
 * (pkg/kubelet/apis/config/v1beta1/defaults.go), so it is told on such hosts only.
 */
export function kindConfig(name: string, topology: Topology, cgroup: 'v1' | 'v2'): string {
  const kubelet = { kind: 'KubeletConfiguration', apiVersion: 'kubelet.config.k8s.io/v1beta1', failCgroupV1: false }
  return stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    name,
    nodes: [
      ...Array.from({ length: topology.masters }, () => ({ role: 'control-plane' })),
      ...Array.from({ length: topology.workers }, () => ({ role: 'worker' })),
    ],
    ...(cgroup === 'v1' ? { kubeadmConfigPatches: [stringify(kubelet)] } : {}),
  })
}
