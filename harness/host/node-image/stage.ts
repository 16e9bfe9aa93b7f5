import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What a build is told: where to say what it does, and when to stop. */
export interface BuildContext {
  readonly onProgress: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

/** A part of the build that is kept: a directory of files, made from inputs that `key` stands for. */
export interface Stage {
  readonly id: string
  /** Hash of all inputs; the same key is never built twice. */
  readonly key: string
  /** A word for people, as «Kubernetes 1.36.4». */
  readonly title: string
  /** Fills an empty directory. Whatever it leaves there when it throws is thrown away. */
  build(directory: string, context: BuildContext): Promise<void>
}

const unusedAfterMs = 60 * 24 * 3600 * 1000
const abandonedAfterMs = 24 * 3600 * 1000

/** Where finished stages are kept between builds. */
export function stageCacheDirectory(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'drill', 'node-image')
}

/**
 * The directory of a stage, built if it is not there. It appears under its name only when it is complete, so a build that was
 * cut anywhere starts over with what was finished. Two builds at once both work, and the first to finish is kept.
 */
export async function ensureStage(stage: Stage, cache: string, context: BuildContext): Promise<string> {
  const finished = join(cache, `${stage.id}-${stage.key}`)
  if (await exists(finished)) {
    const now = new Date()
    await utimes(finished, now, now)
    return finished
  }
  context.signal?.throwIfAborted()
  await mkdir(cache, { recursive: true })
  const partial = await mkdtemp(join(cache, `.partial-${stage.id}-`))
  const started = performance.now()
  context.onProgress(`${stage.title}: building`)
  try {
    await stage.build(partial, context)
    context.signal?.throwIfAborted()
    await renameUnlessThere(partial, finished)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  context.onProgress(`${stage.title}: done in ${Math.round((performance.now() - started) / 1000)} s`)
  await sweep(cache)
  return finished
}

async function renameUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!(await exists(to))) throw error
  }
}

/** Old versions of stages, and what builds that were killed left behind. Never worth failing for. */
async function sweep(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name)
    const keepMs = name.startsWith('.partial-') ? abandonedAfterMs : unusedAfterMs
    try {
      if (Date.now() - (await stat(path)).mtimeMs > keepMs) await rm(path, { recursive: true, force: true })
    } catch {
      // Somebody else's, or gone.
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
