import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { reporters } from '../../reports/index.ts'
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
  const paths = files.map((file) => join('report', file.path))
  for (const [index, file] of files.entries()) {
    const path = join(runDir, paths[index] ?? '')
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, redact(file.content))
  }
  return paths
}
