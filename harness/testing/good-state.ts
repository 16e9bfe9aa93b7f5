import type { ClusterState } from '../observe/cluster-state.ts'
import { moment, wallAt, type When } from './good-moments.ts'

/** A cluster of one control plane and two workers that nobody touches. */
export function clusterState(when: When): ClusterState {
  const file = { inode: '71', modified: '1.5', changed: '1.5', mode: '600', owner: '0:0', link: '', sum: 'a' }
  const container = (node: string) => ({
    ...{ podUid: 'uid-echo', namespace: 'drill-workload', pod: 'echo', name: 'main', id: `container-${node}` },
    ...{ sandboxId: `sandbox-${node}`, createdAt: wallAt(0), running: true },
  })
  return {
    ...moment(when),
    machines: ['control-plane', 'worker', 'worker2'].map((node) => ({
      node,
      files: { '/etc/kubernetes': { ...file, sum: '' }, '/etc/kubernetes/kubelet.conf': file },
      kubelet: '71 5',
    })),
    runtime: ['control-plane', 'worker', 'worker2'].map((node) => ({ node, containers: [container(node)] })),
    unready: [],
    objects: { 'secrets default/one': 'uid 1', 'leases kube-system/kube-scheduler': 'control-plane_1' },
    changing: [],
  }
}
