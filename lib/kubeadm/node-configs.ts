import { tellInputs } from '../preflight/report-inputs.ts'
import { machineConfig } from './node-config.ts'
import { siteOf, type Host, type Site } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'

/** The kubeadm configuration file of one control plane; `certificateKey` as in MachineIdentity. */
export function hostConfig(
  { config }: Pick<Site, 'config'>,
  { node, address, facts: { criSocket } }: Host,
  certificateKey?: string,
): string {
  return machineConfig(config, {
    name: node.name,
    address,
    ...(criSocket ? { criSocket } : {}),
    ...(certificateKey ? { certificateKey } : {}),
  })
}

/**
 * The kubeadm configuration file of every control plane, by the machine's name: the operator's, or what the machines
 * still tell of it. Reads, and changes nothing. Rejects with GateError as siteOf does.
 */
export async function hostConfigs(context: RecoveryContext): Promise<ReadonlyMap<string, string>> {
  const site = await siteOf(context)
  tellInputs(context, site)
  return new Map(site.controlPlanes.map((host) => [host.node.name, hostConfig(site, host)]))
}
