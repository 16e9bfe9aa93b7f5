import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from '../model/errors.ts'
import type { EvidenceStore } from '../model/context.ts'
import { redactedJson } from './redact.ts'
import { runRecordSchema, type RunRecord } from '../model/run-record.ts'

/** `20261124T021500Z-lost-pki-m3` */
export function runIdOf(startedAt: Date, scenario: string, controlPlanes: number): string {
  const utc = startedAt
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '')
  return `${utc}-${scenario}-m${controlPlanes}`
}

/**
 * Makes the directory of a run below `out` and points `out`/latest to it. Rejects with UsageError when `out` cannot be written.
 */
export async function createRunDirectory(out: string, id: string): Promise<string> {
  const root = resolve(out)
  try {
    await makeDirectories(root)
    const path = await makeNew(root, id)
    await Promise.all(
      ['samples', 'evidence', 'commands', 'nodes', 'inputs', 'report'].map((name) => mkdir(join(path, name))),
    )
    await pointLatest(path)
    return path
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new UsageError(`cannot write the run directory in ${root} (${reason})`, 'choose another with --out DIR', {
      cause,
    })
  }
}

/** One after another, because node's recursive mkdir never ends where a file system takes no directories, such as /proc. */
async function makeDirectories(path: string): Promise<void> {
  const isDirectory = (await stat(path).catch(() => undefined))?.isDirectory() ?? false
  if (isDirectory) return
  if (dirname(path) !== path) await makeDirectories(dirname(path))
  await mkdir(path)
}

async function makeNew(root: string, id: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const path = join(root, attempt === 1 ? id : `${id}-${attempt}`)
    try {
      await mkdir(path)
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 20) throw error
    }
  }
}

async function pointLatest(path: string): Promise<void> {
  const link = join(dirname(path), 'latest')
  // Of a name of its own: two runs may begin at once, in one process too.
  const fresh = `${link}.${randomUUID()}`
  await symlink(basename(path), fresh)
  await rename(fresh, link)
}

/** Writes run.json in one go, valid by its schema; a reader never sees half of it. */
export async function writeRunRecord(runDir: string, record: RunRecord): Promise<void> {
  const path = join(runDir, 'run.json')
  await writeFile(`${path}.tmp`, `${redactedJson(runRecordSchema.parse(record), 2)}\n`)
  await rename(`${path}.tmp`, path)
}

/** evidence/<name>.json */
export function evidenceStore(runDir: string): EvidenceStore {
  const pathOf = (name: string) => join(runDir, 'evidence', `${name}.json`)
  const write = (name: string, value: unknown) => writeFile(pathOf(name), `${redactedJson(value, 1)}\n`)
  const collected = new Map<string, Promise<void>>()
  return {
    write,
    once(name, collect) {
      const known = collected.get(name)
      if (known) return known
      const stored = collect().then((value) => write(name, value))
      collected.set(name, stored)
      return stored
    },
    async read(name) {
      return JSON.parse(await readFile(pathOf(name), 'utf8')) as unknown
    },
  }
}
