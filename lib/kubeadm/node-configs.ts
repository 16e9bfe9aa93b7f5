import { reportInputs } from '../preflight/report-inputs.ts'
import { nodeConfig } from './node-config.ts'
import { siteOf, type NodeState, type ClusterState } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'

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

/**
 * The kubeadm configuration file of every control plane, by the machine's name: the operator's, or what the machines
 * still tell of it. Reads, and changes nothing. Rejects with PreconditionError as siteOf does.
 */
export async function nodeConfigs(context: RecoveryContext): Promise<ReadonlyMap<string, string>> {
  const site = await siteOf(context)
  reportInputs(context, site)
  return new Map(site.controlPlanes.map((host) => [host.node.name, nodeConfigOf(site, host)]))
}
