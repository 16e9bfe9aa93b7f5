import { join } from 'node:path'
import { withCluster, type Experiment } from '../experiment-cluster.ts'
import { measuredIn } from '../series-window.ts'
import { readSeries } from '../../probe/prober/sample-file.ts'
import type { CrashPoint } from '../../recovery/crash-point.ts'
import type { KillCase } from './matrix-result.ts'
import { runKillCase } from './run-case.ts'

/** A repair that fails on so many clusters is broken; the rest of the matrix would add nothing. */
const failuresAllowed = 3

/**
 * Runs the cases one by one on one cluster, which is destroyed again for each; after a failure the next case gets a fresh cluster.
 * `onCases` gets all cases so far, and once more when the probes of a cluster are read.
 */
export async function runKillMatrix(
  bench: Experiment,
  crashPoints: readonly CrashPoint[],
  onCases: (cases: readonly KillCase[]) => Promise<void>,
): Promise<readonly KillCase[]> {
  let cases: readonly KillCase[] = []
  for (let cluster = 1; cases.length < crashPoints.length && cluster <= failuresAllowed; cluster++) {
    const earlier = cases
    await withCluster(bench, cluster, `cluster-${cluster}`, async (made) => {
      for (const crashPoint of crashPoints.slice(earlier.length)) {
        const killCase = await runKillCase(bench.ports, made, crashPoint, cluster)
        cases = [...cases, killCase]
        await onCases(cases)
        if (killCase.outcome === 'failed') break
      }
      await made.probes.stop()
      const series = await readSeries(join(made.plan.runDir, 'samples'))
      const failedIn = ({ fromMs, toMs }: KillCase) => measuredIn(series, fromMs, toMs).failedProbes
      cases = cases.map((killCase) =>
        killCase.cluster === cluster ? { ...killCase, failedProbes: failedIn(killCase) } : killCase,
      )
      await onCases(cases)
    })
  }
  return cases
}
