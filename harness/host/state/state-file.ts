import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { z } from 'zod'
import { PreflightError } from '../../model/errors.ts'

/** `${XDG_STATE_HOME:-~/.local/state}/drill`: what drill must still know when the process that did it is gone. */
export function stateDirectory(): string {
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'drill')
}

/**
 * Replaces a file by the value as JSON. Whoever reads it, whenever this process or the machine dies, finds the old value
 * or the new one: the file is written beside it, synced, and renamed, and the folder is synced as well (rename(2), fsync(2)).
 */
export async function writeStateFile(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}.tmp`
  const file = await open(beside, 'w')
  try {
    await file.writeFile(`${JSON.stringify(value, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
  await syncFolder(dirname(path))
}

/** The value of a file, or undefined where there is none. Rejects with PreflightError, which names `fix`, for a file that cannot be read. */
export async function readStateFile<T>(path: string, schema: z.ZodType<T>, fix: string): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new PreflightError(`${path} cannot be read`, fix, { cause })
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
