import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { processStart } from '../host/process/process-start.ts'
import { readStateFile, stateDirectory, writeStateFile } from '../host/state/state-file.ts'
import { errorChain } from '../model/errors.ts'

const clusterName = /^drill-[a-z0-9]+$/

/** A name for a new cluster. */
export const newClusterName = (): string => `drill-${randomBytes(4).toString('hex')}`

/** Written before a cluster is made, so that `drill gc` finds what a killed run left, and nothing that is not drill's. */
const entrySchema = z.object({
  cluster: z.string().regex(clusterName),
  pid: z.number().int(),
  /** Start time of the process in clock ticks, /proc/<pid>/stat field 22: a reused pid is another process. */
  pidStart: z.string(),
  runDir: z.string(),
  createdAt: z.string(),
  kept: z.boolean(),
})
type StoredEntry = z.infer<typeof entrySchema>

export interface RegistryEntry extends StoredEntry {
  /** Whether the run that made the cluster still runs. */
  readonly alive: boolean
}

/** An entry whose file cannot be read: only the name of its cluster is known, from the name of the file. */
export interface DamagedEntry {
  readonly cluster: string
  readonly path: string
  readonly reason: string
}

const directory = () => join(stateDirectory(), 'clusters')
const pathOf = (cluster: string) => join(directory(), `${cluster}.json`)
const deleteIt = (cluster: string) => `npx --no-install drill gc --cluster ${cluster}`

/** Registers a cluster under this process. */
export async function register(cluster: string, runDir: string): Promise<void> {
  const pidStart = (await processStart(process.pid)) ?? ''
  const createdAt = new Date().toISOString()
  await writeStateFile(pathOf(cluster), { cluster, pid: process.pid, pidStart, runDir, createdAt, kept: false })
}

/** Notes that the cluster was kept on purpose; `gc` then leaves it unless it is named. Rejects with PreflightError for a damaged entry. */
export async function markKept(cluster: string): Promise<void> {
  const entry = await readEntry(cluster)
  if (entry) await writeStateFile(pathOf(cluster), { ...entry, kept: true })
}

/** Removes the entry of a cluster; nothing happens where there is none. */
export async function forget(cluster: string): Promise<void> {
  await rm(pathOf(cluster), { force: true })
}

/** All registered clusters. Rejects with PreflightError, which names the file, where an entry cannot be read. */
export async function entries(): Promise<readonly RegistryEntry[]> {
  const read = await Promise.all((await registered()).map(readEntry))
  return Promise.all(read.filter((entry) => entry !== undefined).map(withLife))
}

/** The same, with the damaged entries beside the others. */
export async function readRegistry(): Promise<{
  readonly entries: readonly RegistryEntry[]
  readonly damaged: readonly DamagedEntry[]
}> {
  const whole: StoredEntry[] = []
  const damaged: DamagedEntry[] = []
  for (const cluster of await registered()) {
    try {
      const entry = await readEntry(cluster)
      if (entry) whole.push(entry)
    } catch (error) {
      damaged.push({ cluster, path: pathOf(cluster), reason: errorChain(error).at(-1) ?? '' })
    }
  }
  return { entries: await Promise.all(whole.map(withLife)), damaged }
}

/** What to do about a damaged entry, for people. */
export function damageText({ cluster, path, reason }: DamagedEntry): string {
  return `${path} cannot be read (${reason.split('\n')[0] ?? ''}), so whether the run of ${cluster} still lives is not known; if it does not: ${deleteIt(cluster)}`
}

const readEntry = (cluster: string) => readStateFile(pathOf(cluster), entrySchema, deleteIt(cluster))

async function withLife(entry: StoredEntry): Promise<RegistryEntry> {
  return { ...entry, alive: (await processStart(entry.pid)) === entry.pidStart }
}

/** Names of clusters, from the names of the files. A file that was being written when its process died has another ending. */
async function registered(): Promise<readonly string[]> {
  const files = await readdir(directory()).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  const names = files.filter((file) => file.endsWith('.json')).map((file) => basename(file, '.json'))
  return names.filter((name) => clusterName.test(name)).sort()
}
