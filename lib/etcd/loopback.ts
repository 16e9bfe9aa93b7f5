import { isIPv6 } from 'node:net'
import type { NodeState } from '../model.ts'

/** kubeadm's ports of etcd: for clients, and without a certificate for its metrics. */
export const [clientPort, metricsPort] = [2379, 2381]

/** Where a member listens on its own machine, which is by its address (cmd/kubeadm/app/phases/etcd/local.go). */
export const loopbackOf = ({ address }: Pick<NodeState, 'address'>): string => (isIPv6(address) ? '::1' : '127.0.0.1')

/** Where etcdctl asks it there. */
export const clientUrlOf = (host: Pick<NodeState, 'address'>): string =>
  `https://${isIPv6(host.address) ? `[${loopbackOf(host)}]` : loopbackOf(host)}:${clientPort}`
