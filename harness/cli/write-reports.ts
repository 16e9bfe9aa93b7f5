import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { reporters } from '../../reports/index.ts'
import { loadRun } from '../store/load-run.ts'
import { redact } from '../store/redact.ts'

/** Renders every report from the files of a run directory. Resolves with the paths, relative to the run directory. */
export async function writeReports(runDir: string): Promise<readonly string[]> {
  const view = await loadRun(runDir)
  const files = reporters.flatMap((reporter) => reporter.render(view))
  const paths = files.map((file) => join('report', file.path))
  for (const [index, file] of files.entries()) {
    const path = join(runDir, paths[index] ?? '')
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, redact(file.content))
  }
  return paths
}
