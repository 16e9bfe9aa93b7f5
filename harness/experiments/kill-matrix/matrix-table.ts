import { markdownTable } from '../../../reports/model/markdown-table.ts'
import { whereOf } from '../../recovery/crash-point.ts'
import type { KillCase, KillMatrixResult, Outcome } from './matrix-result.ts'

const words: Readonly<Record<Outcome, string>> = {
  converged: 'yes',
  failed: '**NO**',
  'not-reached': 'nothing to do there',
}

/** The grid as a Markdown table, a row a kill, and below it what failed. */
export function killMatrixTable({ topology, planned, cells }: KillMatrixResult): string {
  const header = [
    'killed',
    'converged',
    's after the second start',
    'CAs in use then, and kept',
    'left at work',
    'pods lost',
    'pods restarted',
    'failed probes',
  ]
  const table = markdownTable(header, cells.map(rowOf))
  const failures = cells.flatMap((cell) => cell.failures.map((failure) => `- ${whereOf(cell.crashPoint)}: ${failure}`))
  const head = `${topology.controlPlanes} control plane(s), ${topology.workers} worker(s); ${cells.length} of ${planned} kills; killed with SIGKILL, and run again at once.`
  return `${[head, table, ...(failures.length > 0 ? [failures.join('\n')] : [])].join('\n\n')}\n`
}

function rowOf(cell: KillCase): readonly string[] {
  return [
    whereOf(cell.crashPoint),
    words[cell.outcome],
    cell.secondMs === null ? '–' : (cell.secondMs / 1000).toFixed(1),
    cell.kept.length === 0 ? 'none yet' : cell.kept.join(', '),
    String(cell.leftovers.length),
    shown(cell.podsLost?.length),
    shown(cell.podsRestarted),
    shown(cell.failedProbes),
  ]
}

const shown = (count: number | null | undefined) => (count === null || count === undefined ? '–' : String(count))
