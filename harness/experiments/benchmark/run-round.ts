import { join } from 'node:path'
import { readSeries } from '../../probe/prober/sample-file.ts'
import { withCluster, type Creation, type Experiment } from '../experiment-cluster.ts'
import type { Repair, Variant } from './benchmark-result.ts'
import { timedRepair, type TimedRepair } from './timed-repair.ts'

export interface Round {
  readonly creations: readonly Creation[]
  readonly repairs: readonly Repair[]
}

/**
 * One round: a cluster is created, and lost and repaired by each of the variants in turn. What follows a repair that failed
 * gets a fresh cluster, whose creation counts as another measurement.
 */
export async function runRound(bench: Experiment, round: number, variants: readonly Variant[]): Promise<Round> {
  const creations: Creation[] = []
  const repairs: Repair[] = []
  let left = variants
  while (left.length > 0) {
    const directory = left === variants ? `round-${round}` : `round-${round}-${left[0]}`
    await withCluster(bench, round, directory, async (cluster, creation) => {
      creations.push(creation)
      const timed: TimedRepair[] = []
      for (const variant of left) {
        const repair = await timedRepair(bench.ports, cluster, round, variant)
        timed.push(repair)
        if (repair([]).error !== null) break
      }
      left = left.slice(timed.length)
      await cluster.probes.stop()
      const series = await readSeries(join(cluster.plan.runDir, 'samples'))
      repairs.push(...timed.map((repair) => repair(series)))
    })
  }
  return { creations, repairs }
}
