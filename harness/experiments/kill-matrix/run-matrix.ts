import { join } from 'node:path'
import { withCluster, type Experiment } from '../experiment-cluster.ts'
import { measuredIn } from '../series-window.ts'
import { readSeries } from '../../probe/prober/sample-file.ts'
import type { CrashPoint } from '../../recovery/crash-point.ts'
import type { KillCase } from './matrix-result.ts'
import { runKillCase } from './run-case.ts'

/** A repair that fails on as many clusters is broken; the rest of the grid would only say so again. */
const failuresAllowed = 3

/**
 * The cells one after another on one cluster, which is destroyed again for each; a cell that failed costs the cluster, and the
 * next begins on a fresh one. `onCell` gets all cells so far, once more when the probes of a cluster are read.
 */
export async function runKillMatrix(
  bench: Experiment,
  interruptions: readonly CrashPoint[],
  onCells: (cells: readonly KillCase[]) => Promise<void>,
): Promise<readonly KillCase[]> {
  let cells: readonly KillCase[] = []
  for (let cluster = 1; cells.length < interruptions.length && cluster <= failuresAllowed; cluster++) {
    const earlier = cells
    await withCluster(bench, cluster, `cluster-${cluster}`, async (made) => {
      for (const crashPoint of interruptions.slice(earlier.length)) {
        const cell = await runKillCase(bench.ports, made, crashPoint, cluster)
        cells = [...cells, cell]
        await onCells(cells)
        if (cell.outcome === 'failed') break
      }
      await made.probes.stop()
      const series = await readSeries(join(made.plan.runDir, 'samples'))
      const failedIn = ({ fromMs, toMs }: KillCase) => measuredIn(series, fromMs, toMs).failedProbes
      cells = cells.map((cell) => (cell.cluster === cluster ? { ...cell, failedProbes: failedIn(cell) } : cell))
      await onCells(cells)
    })
  }
  return cells
}
