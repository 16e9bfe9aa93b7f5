import { ClusterError } from '../model/errors.ts'
import { hostCommand } from '../host/process/host-command.ts'

/** Carried by every container that drill itself starts beside a cluster; the value is the cluster's name. */
export const auxiliaryLabel = 'io.drill.cluster'

/** Removes the containers that drill started beside a cluster (probers, a clone worker), with their anonymous volumes. Idempotent. Rejects with ClusterError. */
export async function removeAuxiliaryContainers(cluster: string): Promise<void> {
  const listed = await hostCommand(
    ['docker', 'ps', '--all', '--quiet', '--filter', `label=${auxiliaryLabel}=${cluster}`],
    { timeoutMs: 20_000 },
  )
  const ids = listed.stdout.split('\n').filter(Boolean)
  if (listed.exitCode === 0 && ids.length === 0) return
  const removed =
    ids.length > 0 ? await hostCommand(['docker', 'rm', '--force', '--volumes', ...ids], { timeoutMs: 60_000 }) : listed
  if (removed.exitCode !== 0)
    throw new ClusterError(`could not remove what drill started beside ${cluster}: ${removed.stderr.trim()}`)
}
