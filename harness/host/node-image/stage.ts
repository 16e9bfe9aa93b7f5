import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { BuildState } from './build-monitor.ts'

/** What a build is told: where to say what it does, and when to stop. */
export interface BuildContext {
  /** A line worth keeping. */
  readonly onProgress: (line: string) => void
  /** What is under way, every second. */
  readonly onState?: ((state: BuildState) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a stage's own build is told. */
export interface StageContext extends BuildContext {
  /** Packages compiled so far, of all that must be compiled. */
  readonly onPackages?: (compiled: number, of: number) => void
}

/** A part of the build that is kept: a directory of files, made from inputs that `key` stands for. */
export interface Stage {
  readonly id: string
  /** Hash of all inputs; the same key is never built twice. */
  readonly key: string
  /** For people: Kubernetes 1.36.4. */
  readonly title: string
  /** Brings what the build needs from the network, ahead of it and beside other builds. */
  fetch?(context: Pick<StageContext, 'signal'>): Promise<void>
  /** Fills an empty directory. Whatever it leaves there when it throws is thrown away. */
  build(directory: string, context: StageContext): Promise<void>
}

const unusedAfterMs = 60 * 24 * 3600 * 1000

/** Where finished stages are kept between builds. */
export function stageCacheDirectory(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'drill', 'node-image')
}

/** Where a stage is, or will be. */
const stageDirectory = ({ id, key }: Pick<Stage, 'id' | 'key'>, cache: string) => join(cache, `${id}-${key}`)

/** Whether a stage need not be built. */
export const isFinished = (stage: Pick<Stage, 'id' | 'key'>, cache: string) => exists(stageDirectory(stage, cache))

/**
 * The directory of a stage, built if it is not there. It appears under its name only when it is complete, so a build that
 * was killed anywhere continues with what was finished. Two builds at once both work; the first to finish is kept.
 */
export async function ensureStage(stage: Stage, cache: string, context: StageContext): Promise<string> {
  const finished = stageDirectory(stage, cache)
  if (await exists(finished)) {
    const now = new Date()
    await utimes(finished, now, now)
    return finished
  }
  context.signal?.throwIfAborted()
  const partial = await partialDirectory(stage.id, cache)
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
  return finished
}

async function renameUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!(await exists(to))) throw error
  }
}

/** A new directory for unfinished work. Its name says which process works in it. */
export async function partialDirectory(id: string, cache: string): Promise<string> {
  await mkdir(cache, { recursive: true })
  return mkdtemp(join(cache, `.partial-${id}-${process.pid}-`))
}

/** Removes old versions of stages, and what killed builds left behind. Never worth failing for. */
export async function sweep(cache: string): Promise<void> {
  for (const name of await readdir(cache).catch(() => [])) {
    const path = join(cache, name)
    const builder = /^\.partial-.*-(\d+)-[^-]+$/.exec(name)?.[1]
    try {
      const unused = Date.now() - (await stat(path)).mtimeMs > unusedAfterMs
      if (builder === undefined ? unused : !isAlive(Number(builder))) await rm(path, { recursive: true, force: true })
    } catch {
      // It belongs to another user, or another process removes it too.
    }
  }
}

/** Whether a process exists, of whichever user. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
