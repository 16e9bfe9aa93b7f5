import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fakeRun, type FakeRunKind } from './fake-run.ts'

/** Writes a made-up run's record and empty journal into a folder, which it returns: enough to judge and report. */
export async function writeFakeRun(folder: string, kind: FakeRunKind = 'pass'): Promise<string> {
  await writeFile(join(folder, 'run.json'), `${JSON.stringify(fakeRun(kind).record, null, 2)}\n`)
  await writeFile(join(folder, 'journal.jsonl'), '')
  return folder
}
