import { entries, type RegistryEntry } from '../cluster/registry.ts'
import { containersOf } from '../cluster/machines.ts'
import { PreflightError } from '../model/errors.ts'

/** Refuses a drill beside another, or beside what a killed one left on this engine. Rejects with PreflightError. */
export async function refuseConcurrentRun(): Promise<void> {
  const others = (await entries()).filter((entry) => entry.pid !== process.pid)
  const withContainers = await Promise.all(
    others.map(async (entry) => ({ ...entry, exists: (await containersOf(entry.cluster)).length > 0 })),
  )
  const problem = concurrentRunProblem(withContainers)
  if (problem) throw problem
}

/** Pure. Clusters that were kept on purpose are their owner's business. */
export function concurrentRunProblem(
  others: readonly (Pick<RegistryEntry, 'cluster' | 'pid' | 'runDir' | 'kept'> & {
    readonly alive: boolean
    readonly exists: boolean
  })[],
): PreflightError | undefined {
  const running = others.find(({ alive }) => alive)
  if (running) {
    return new PreflightError(
      `another drill is running (process ${running.pid}, ${running.runDir}); two at once spoil each other's measurements`,
      'wait for it, or give --parallel',
    )
  }
  // An engine starts the machines of a cluster again with the host, after a power failure for example.
  const left = others.find(({ exists, kept }) => exists && !kept)
  if (!left) return undefined
  return new PreflightError(
    `a killed run left the cluster ${left.cluster} behind (${left.runDir}), which would spoil the measurements`,
    'npx --no-install drill gc, or give --parallel',
  )
}
