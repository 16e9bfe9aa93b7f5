import { existsSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { StoredRun } from '../../reports/comparison/stored-run.ts'
import type { FoundRun } from '../store/find-runs.ts'
import { drillWords } from './drill-words.ts'

/** A run as pages name it; its report is linked where it exists, relative to the folder of the page. */
export function storedRun({ directory, record }: FoundRun, pageFolder: string): StoredRun {
  const report = join(directory, 'report', 'index.html')
  const href = relative(pageFolder, report).split(sep).map(encodeURIComponent).join('/')
  return { record, drill: drillWords(record.argv, record.scenario.id), href: existsSync(report) ? href : null }
}
