import { markdownTable } from '../../../reports/model/markdown-table.ts'
import { whereOf } from '../../recovery/crash-point.ts'
import type { KillCase, KillMatrixResult, Outcome } from './matrix-result.ts'

const words: Readonly<Record<Outcome, string>> = {
  converged: 'yes',
  failed: '**NO**',
  'not-reached': 'nothing to do there',
}

/** The matrix as a Markdown table, one row a kill, with the failures below it. */
export function killMatrixTable({ topology, planned, cases }: KillMatrixResult): string {
  const header = [
    'killed',
    'converged',
    's after the second start',
    'CAs in use then, and kept',
    'orphaned scripts',
    'pods lost',
    'pods restarted',
    'failed probes',
  ]
  const table = markdownTable(header, cases.map(rowOf))
  const failures = cases.flatMap((killCase) =>
    killCase.failures.map((failure) => `- ${whereOf(killCase.crashPoint)}: ${failure}`),
  )
  const head = `${topology.controlPlanes} control plane(s), ${topology.workers} worker(s); ${cases.length} of ${planned} kills; killed with SIGKILL, and run again at once.`
  return `${[head, table, ...(failures.length > 0 ? [failures.join('\n')] : [])].join('\n\n')}\n`
}

function rowOf(killCase: KillCase): readonly string[] {
  return [
    whereOf(killCase.crashPoint),
    words[killCase.outcome],
    killCase.secondMs === null ? '–' : (killCase.secondMs / 1000).toFixed(1),
    killCase.kept.length === 0 ? 'none yet' : killCase.kept.join(', '),
    String(killCase.orphans.length),
    shown(killCase.podsLost?.length),
    shown(killCase.podsRestarted),
    shown(killCase.failedProbes),
  ]
}

const shown = (count: number | null | undefined) => (count === null || count === undefined ? '–' : String(count))
