import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { reporters } from '../../reports/index.ts'
import type { ReportFile } from '../../reports/reporter.ts'
import { UsageError } from '../model/errors.ts'
import { controlOf } from '../store/control-run.ts'
import { loadRun } from '../store/load-run.ts'
import { redact } from '../store/redact.ts'

/**
 * Renders every report from the files of a run directory. Resolves with the paths, relative to the run directory.
 * @param given the run whose figures stand beside this one's; default: the newest `noop` in the same folder
 */
export async function writeReports(runDir: string, given?: string): Promise<readonly string[]> {
  const run = await loadRun(runDir)
  const control = await controlOf(runDir, run.record, given)
  const view = { ...run, ...(control ? { control } : {}) }
  const files = reporters.flatMap((reporter) => reporter.render(view))
  await writeReportFiles(join(runDir, 'report'), files)
  return files.map(({ path }) => join('report', path))
}

/** Writes files of reports, without secrets. Rejects with UsageError where that is not possible. */
export async function writeReportFiles(folder: string, files: readonly ReportFile[]): Promise<void> {
  for (const file of files) {
    const path = join(folder, file.path)
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, redact(file.content))
    } catch (cause) {
      const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
      throw new UsageError(`cannot write ${path} (${reason})`, 'make it writable, or choose another place', { cause })
    }
  }
}
