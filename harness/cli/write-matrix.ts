import { join } from 'node:path'
import { ctrfJson } from '../../reports/ctrf.ts'
import { junitXml } from '../../reports/junit.ts'
import { matrixPage } from '../../reports/matrix/matrix-page.ts'
import { matrixSuites } from '../../reports/matrix/matrix-suites.ts'
import { mergeRuns, type Matrix } from '../../reports/matrix/merge-runs.ts'
import { findRuns } from '../store/find-runs.ts'
import { writeReportFiles } from './write-reports.ts'
import { expectedMatrix } from './expected-matrix.ts'
import { storedRun } from './stored-runs.ts'

export interface MatrixOptions {
  /** nightly, ci or a file. */
  readonly matrix: string
  /** The folder that the reports go to. */
  readonly out: string
}

/** Writes the reports of all runs of a matrix. Rejects with UsageError for a folder without runs. */
export async function writeMatrix(
  folders: readonly string[],
  { matrix: name, out }: MatrixOptions,
): Promise<Matrix & { readonly files: readonly string[] }> {
  const expected = await expectedMatrix(name)
  const { runs, unreadable } = await findRuns(folders)
  const matrix = mergeRuns(
    expected,
    runs.map((run) => storedRun(run, out)),
    unreadable,
  )
  const suites = matrixSuites(matrix)
  const files = [
    { path: 'index.html', content: matrixPage(matrix) },
    { path: 'junit.xml', content: junitXml(suites) },
    { path: 'ctrf.json', content: ctrfJson(suites) },
  ]
  await writeReportFiles(out, files)
  return { ...matrix, files: files.map(({ path }) => join(out, path)) }
}
