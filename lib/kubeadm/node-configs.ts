import type { ClusterState, NodeState } from '../model.ts'
import { nodeConfig } from './node-config.ts'

/** The kubeadm configuration file of one control plane; `certificateKey` as in NodeIdentity. */
export function nodeConfigOf(
  { config }: Pick<ClusterState, 'config'>,
  { node, address, facts: { criSocket } }: NodeState,
  certificateKey?: string,
): string {
  return nodeConfig(config, {
    name: node.name,
    address,
    ...(criSocket ? { criSocket } : {}),
    ...(certificateKey ? { certificateKey } : {}),
  })
}

/** The kubeadm configuration file of every control plane, by the machine's name. */
export function nodeConfigs(cluster: ClusterState): ReadonlyMap<string, string> {
  return new Map(cluster.controlPlanes.map((host) => [host.node.name, nodeConfigOf(cluster, host)]))
}
