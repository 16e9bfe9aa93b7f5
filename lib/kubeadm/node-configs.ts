import type { ClusterState, NodeState } from '../model.ts'
import { nodeConfig, type NodeIdentity } from './node-config.ts'

/** The kubeadm configuration file of one control plane. */
export function nodeConfigOf(
  { config }: Pick<ClusterState, 'config'>,
  { node, address, facts: { criSocket } }: NodeState,
  secrets: Pick<NodeIdentity, 'certificateKey' | 'bootstrapToken'> = {},
): string {
  return nodeConfig(config, {
    name: node.name,
    address,
    ...(criSocket ? { criSocket } : {}),
    ...secrets,
  })
}

/** The kubeadm configuration file of every control plane, by the machine's name. */
export function nodeConfigs(cluster: ClusterState): ReadonlyMap<string, string> {
  return new Map(cluster.controlPlanes.map((host) => [host.node.name, nodeConfigOf(cluster, host)]))
}
