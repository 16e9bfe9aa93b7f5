import { join } from 'node:path'
import { withCluster, type Bench } from '../experiment-cluster.ts'
import { feltIn } from '../series-window.ts'
import { readSeries } from '../../probe/prober/sample-file.ts'
import type { Interruption } from '../../recovery/crash-point-options.ts'
import type { Cell } from './matrix-result.ts'
import { runCell } from './run-case.ts'

/** A repair that fails on as many clusters is broken; the rest of the grid would only say so again. */
const failuresAllowed = 3

/**
 * The cells one after another on one cluster, which is lost anew for each; a cell that failed costs the cluster, and the
 * next begins on a fresh one. `onCell` gets all cells so far, once more when the probes of a cluster are read.
 */
export async function runGrid(
  bench: Bench,
  interruptions: readonly Interruption[],
  onCells: (cells: readonly Cell[]) => Promise<void>,
): Promise<readonly Cell[]> {
  let cells: readonly Cell[] = []
  for (let cluster = 1; cells.length < interruptions.length && cluster <= failuresAllowed; cluster++) {
    const earlier = cells
    await withCluster(bench, cluster, `cluster-${cluster}`, async (made) => {
      for (const interruption of interruptions.slice(earlier.length)) {
        const cell = await runCell(bench.ports, made, interruption, cluster)
        cells = [...cells, cell]
        await onCells(cells)
        if (cell.outcome === 'failed') break
      }
      await made.probes.stop()
      const series = await readSeries(join(made.plan.runDir, 'samples'))
      const felt = ({ fromMs, toMs }: Cell) => feltIn(series, fromMs, toMs).failedProbes
      cells = cells.map((cell) => (cell.cluster === cluster ? { ...cell, failedProbes: felt(cell) } : cell))
      await onCells(cells)
    })
  }
  return cells
}
