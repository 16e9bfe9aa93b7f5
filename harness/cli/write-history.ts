import { basename, dirname, join } from 'node:path'
import { historyPage } from '../../reports/history/history-page.ts'
import { seriesOf, type Series } from '../../reports/history/trends.ts'
import type { UnreadableRun } from '../../reports/comparison/stored-run.ts'
import { findRuns } from '../store/find-runs.ts'
import { writeReportFiles } from './write-reports.ts'
import { storedRun } from './stored-runs.ts'

interface History {
  readonly file: string
  readonly series: readonly Series[]
  readonly unreadable: readonly UnreadableRun[]
}

/** Writes the history of the runs in these folders. Rejects with UsageError for a folder without runs. */
export async function writeHistory(folders: readonly string[], out?: string): Promise<History> {
  const file = out ?? join(folders[0] ?? '.', 'history.html')
  const { runs, unreadable } = await findRuns(folders)
  const series = seriesOf(runs.map((run) => storedRun(run, dirname(file))))
  await writeReportFiles(dirname(file), [{ path: basename(file), content: historyPage(series, unreadable) }])
  return { file, series, unreadable }
}
