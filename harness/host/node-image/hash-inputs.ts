import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { packageFile } from '../package/package-files.ts'

export interface Inputs {
  /** Everything that is not a file: versions, flags, the keys of stages that this one builds upon. */
  readonly data: unknown
  /** Files, and directories taken with all that is in them but tests. */
  readonly paths?: readonly string[]
}

/**
 * Twelve hexadecimal digits that stand for the inputs: the same contents give the same digits wherever they lie, whenever they
 * were written and in whatever order they are listed.
 */
export async function hashInputs(
  inputs: Inputs,
  base: string = packageFile('harness/host/node-image'),
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(inputs.data))
  const files = (await Promise.all((inputs.paths ?? []).map((path) => filesUnder(join(base, path))))).flat().sort()
  for (const file of new Set(files)) {
    const content = await readFile(file)
    hash.update(`\n${relative(base, file)} ${content.length}\n`).update(content)
  }
  return hash.digest('hex').slice(0, 12)
}

const isTest = (name: string) => /(_test\.go|\.test\.ts)$/.test(name)

async function filesUnder(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !isTest(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}
