import { setTimeout as sleep } from 'node:timers/promises'
import { ClusterError } from '../model/errors.ts'
import { hostCommand } from '../host/process/host-command.ts'
import { containersOf } from './machines.ts'

/**
 * Deletes every container of the cluster with its anonymous volumes. Two empty listings in a row end it, because a kind that was killed
 * in the middle may still have a `docker run` under way. Idempotent; has its own clock and takes no signal, so that nothing stops it.
 * Rejects with ClusterError when containers remain.
 */
export async function deleteCluster(name: string): Promise<void> {
  let emptyListings = 0
  let last = ''
  for (let round = 0; round < 8 && emptyListings < 2; round++) {
    const names = await containersOf(name)
    if (names.length === 0) {
      emptyListings++
      if (emptyListings < 2) await sleep(round === 0 ? 0 : 700)
      continue
    }
    emptyListings = 0
    const { exitCode, stderr } = await hostCommand(['docker', 'rm', '--force', '--volumes', ...names], {
      timeoutMs: 120_000,
    })
    if (exitCode !== 0) last = stderr.trim()
  }
  const left = emptyListings >= 2 ? [] : await containersOf(name)
  if (left.length > 0) {
    throw new ClusterError(
      `could not delete ${left.join(', ')}: ${last}`,
      `docker rm --force --volumes ${left.join(' ')}`,
    )
  }
}
