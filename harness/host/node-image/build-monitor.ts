import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a long build is doing. */
export interface BuildState {
  readonly stages: readonly StageState[]
  /** By this build, so far. */
  readonly downloadedBytes: number
  readonly elapsedMs: number
  /** Of the whole build, by the times of the last one on this machine and the speed so far. */
  readonly expectedMs: number
}

/** A stage that is under way. */
export interface StageState {
  readonly id: string
  readonly title: string
  readonly packages?: PackageCount
}

interface PackageCount {
  readonly compiled: number
  readonly of: number
}

/** Stages of one lane come one after another; lanes run beside each other. */
interface PlannedStage {
  readonly id: string
  readonly title: string
  readonly lane: string
}

/** What the stages take with empty caches on 2 cores, in milliseconds: used until this machine has times of its own. */
const usualMs: Readonly<Record<string, number>> = {
  rootfs: 150_000,
  pause: 300,
  runc: 70_000,
  'cni-plugins': 14_000,
  containerd: 128_000,
  etcd: 51_000,
  crictl: 94_000,
  coredns: 93_000,
  kubernetes: 554_000,
  'pod-images': 10_000,
  'bake-base': 35_000,
  'bake-node': 15_000,
}

export interface StageTime {
  readonly lane: string
  /** The last time, or the usual time. */
  readonly lastMs: number
  /** Undefined before it starts. */
  readonly elapsedMs: number | undefined
  readonly finished: boolean
  readonly packages?: PackageCount | undefined
}

/**
 * Pure: how long the rest takes, in milliseconds, at the speed that this machine had so far. What has not ended by its
 * expected time counts as ending now.
 */
export function remainingMs(stages: readonly StageTime[]): number {
  const finished = stages.filter((stage) => stage.finished)
  const sum = (times: readonly number[]) => times.reduce((total, time) => total + time, 0)
  const last = sum(finished.map(({ lastMs }) => lastMs))
  // A few seconds say nothing about the speed of a machine; and what Go's cache made short, nothing about the rest.
  const scale = last < 20_000 ? 1 : Math.max(0.5, sum(finished.map(({ elapsedMs }) => elapsedMs ?? 0)) / last)
  const left = (stage: StageTime) => byPackages(stage) ?? Math.max(0, stage.lastMs * scale - (stage.elapsedMs ?? 0))
  const lanes = Map.groupBy(
    stages.filter((stage) => !stage.finished),
    ({ lane }) => lane,
  )
  const after = lanes.get(lastLane) ?? []
  lanes.delete(lastLane)
  return Math.max(0, ...[...lanes.values()].map((lane) => sum(lane.map(left)))) + sum(after.map(left))
}

/** By the packages compiled so far, once they are enough to tell; most stages end by linking, as long as a tenth of them. */
function byPackages({ packages, elapsedMs = 0 }: StageTime): number | undefined {
  if (!packages || packages.compiled < Math.max(20, packages.of / 20)) return undefined
  const share = packages.compiled / packages.of / 1.1
  return (elapsedMs * (1 - share)) / share
}

/** The lane that starts when all others have ended. */
export const lastLane = 'last'

/** Stages that were not planned, because they are finished, are passed over. */
export interface BuildMonitor extends Disposable {
  started(id: string): void
  packages(id: string, count: PackageCount): void
  /** Remembers how long the stage took, at once: the build may be killed later. */
  finished(id: string): Promise<void>
}

interface MonitorOptions {
  readonly stages: readonly PlannedStage[]
  /** The file that remembers how long each stage took here. */
  readonly timesFile: string
  /** Where downloads arrive. */
  readonly downloadDirectories: readonly string[]
  readonly onState?: ((state: BuildState) => void) | undefined
}

/** Follows a build: calls `onState` every second until it is disposed, and remembers the times of finished stages. */
export async function monitorBuild(options: MonitorOptions): Promise<BuildMonitor> {
  const { stages, timesFile, onState } = options
  const lastTimes = await readTimes(timesFile)
  const beganMs = performance.now()
  const running = new Map<string, { beganMs: number; packages?: PackageCount }>()
  const took = new Map<string, number>()
  const downloads = await watchDownloads(options.downloadDirectories)
  const timeOf = ({ id, lane }: PlannedStage): StageTime => {
    const began = running.get(id)?.beganMs
    const elapsedMs = took.get(id) ?? (began === undefined ? undefined : performance.now() - began)
    const { packages } = running.get(id) ?? {}
    return { lane, lastMs: lastTimes[id] ?? usualMs[id] ?? 0, elapsedMs, finished: took.has(id), packages }
  }
  const tick = () => {
    const elapsedMs = performance.now() - beganMs
    onState?.({
      stages: stages.flatMap(({ id, title }) => {
        const stage = running.get(id)
        return stage ? [{ id, title, ...(stage.packages ? { packages: stage.packages } : {}) }] : []
      }),
      downloadedBytes: downloads.bytes(),
      elapsedMs,
      expectedMs: elapsedMs + remainingMs(stages.map(timeOf)),
    })
  }
  const timer = setInterval(tick, 1000)
  timer.unref()
  return {
    started(id) {
      if (stages.some((stage) => stage.id === id)) running.set(id, { beganMs: performance.now() })
    },
    packages(id, packages) {
      const stage = running.get(id)
      if (stage) stage.packages = packages
    },
    async finished(id) {
      const stage = running.get(id)
      if (!stage) return
      took.set(id, performance.now() - stage.beganMs)
      running.delete(id)
      await writeTimes(timesFile, { ...lastTimes, ...Object.fromEntries(took) })
    },
    [Symbol.dispose]() {
      clearInterval(timer)
      downloads.stop()
    },
  }
}

/** What arrives in the directories from now on, looked up every few seconds. */
async function watchDownloads(directories: readonly string[]) {
  const inAll = async () => (await Promise.all(directories.map(archiveBytes))).reduce((sum, bytes) => sum + bytes, 0)
  const before = await inAll()
  let now = before
  const timer = setInterval(() => void inAll().then((bytes) => (now = bytes)), 3000)
  timer.unref()
  return { bytes: () => Math.max(0, now - before), stop: () => clearInterval(timer) }
}

/** The bytes of the archives in a directory that others write to: Go modules and Debian packages, whole or not yet. */
async function archiveBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  const archives = entries.filter((entry) => entry.isFile() && /\.(zip|deb)/.test(entry.name))
  const sizes = archives.map(({ parentPath, name }) =>
    stat(join(parentPath, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

type Times = Readonly<Record<string, number>>

async function readTimes(file: string): Promise<Times> {
  try {
    const entries = Object.entries(JSON.parse(await readFile(file, 'utf8')) as object)
    return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
  } catch {
    return {}
  }
}

/** Never worth failing for. */
async function writeTimes(file: string, times: Times): Promise<void> {
  const rounded = Object.fromEntries(Object.entries(times).map(([id, ms]) => [id, Math.round(ms)]))
  const partial = `${file}.${process.pid}`
  try {
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(partial, `${JSON.stringify(rounded, undefined, 2)}\n`)
    await rename(partial, file)
  } catch {
    // The next build estimates from the usual times.
  }
}
