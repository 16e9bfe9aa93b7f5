import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { processStart } from '../host/process/process-start.ts'

/** Written before a cluster is made, so that `drill gc` finds what a killed run left, and nothing that is not drill's. */
const entrySchema = z.object({
  cluster: z.string().regex(/^drill-[a-z0-9]+$/),
  pid: z.number().int(),
  /** Start time of the process in clock ticks, /proc/<pid>/stat field 22: a reused pid is another process. */
  pidStart: z.string(),
  runDir: z.string(),
  createdAt: z.string(),
  kept: z.boolean(),
})
export type RegistryEntry = z.infer<typeof entrySchema>

const directory = () => join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'drill', 'clusters')
const pathOf = (cluster: string) => join(directory(), `${cluster}.json`)

/** Registers a cluster under this process. */
export async function register(cluster: string, runDir: string): Promise<RegistryEntry> {
  const pidStart = (await processStart(process.pid)) ?? ''
  const entry: RegistryEntry = {
    cluster,
    pid: process.pid,
    pidStart,
    runDir,
    createdAt: new Date().toISOString(),
    kept: false,
  }
  await writeEntry(entry)
  return entry
}

/** Notes that the cluster was kept on purpose; `gc` then leaves it unless it is named. */
export async function markKept(cluster: string): Promise<void> {
  const entry = (await entries()).find((found) => found.cluster === cluster)
  if (entry) await writeEntry({ ...entry, kept: true })
}

export async function forget(cluster: string): Promise<void> {
  await rm(pathOf(cluster), { force: true })
}

/** All registered clusters, and whether the run that made each is still alive. */
export async function entries(): Promise<readonly (RegistryEntry & { readonly alive: boolean })[]> {
  const files = await readdir(directory()).catch(() => [])
  const read = files
    .filter((file) => file.endsWith('.json'))
    .map(async (file) => {
      try {
        const entry = entrySchema.parse(JSON.parse(await readFile(join(directory(), file), 'utf8')))
        return [{ ...entry, alive: (await processStart(entry.pid)) === entry.pidStart }]
      } catch {
        return []
      }
    })
  return (await Promise.all(read)).flat()
}

async function writeEntry(entry: z.input<typeof entrySchema>): Promise<void> {
  await mkdir(directory(), { recursive: true })
  await writeFile(pathOf(entry.cluster), `${JSON.stringify(entrySchema.parse(entry))}\n`)
}
