import { join } from 'node:path'
import { readSeries } from '../../probe/prober/sample-file.ts'
import { withCluster, type Creation, type Experiment } from '../experiment-cluster.ts'
import type { Repair } from './benchmark-result.ts'
import { timedRepair, type TimedRepair } from './timed-repair.ts'

export interface Round {
  readonly creations: readonly Creation[]
  readonly repairs: readonly Repair[]
}

/**
 * One round: a cluster is created, lost and repaired by the library, then lost and repaired by the article's procedure. Where
 * the library failed, the article gets a fresh cluster, whose creation counts as another measurement.
 */
export async function runRound(bench: Experiment, round: number): Promise<Round> {
  const creations: Creation[] = []
  const repairs: Repair[] = []
  await withCluster(bench, round, `round-${round}`, async (cluster, creation) => {
    creations.push(creation)
    const timed: TimedRepair[] = [await timedRepair(bench.ports, cluster, round, 'library')]
    if (timed[0]?.([]).error === null) {
      timed.push(await timedRepair(bench.ports, cluster, round, 'article-patient'))
    }
    await cluster.probes.stop()
    const series = await readSeries(join(cluster.plan.runDir, 'samples'))
    repairs.push(...timed.map((repair) => repair(series)))
  })
  if (repairs.some(({ variant }) => variant === 'article-patient')) return { creations, repairs }
  await withCluster(bench, round, `round-${round}-article`, async (cluster, creation) => {
    creations.push(creation)
    const timed = await timedRepair(bench.ports, cluster, round, 'article-patient')
    await cluster.probes.stop()
    repairs.push(timed(await readSeries(join(cluster.plan.runDir, 'samples'))))
  })
  return { creations, repairs }
}
