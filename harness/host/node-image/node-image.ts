import { join } from 'node:path'
import { bakeInputs, bakeNode, bakeNodeBase } from './bake.ts'
import { lastLane, monitorBuild, type BuildMonitor } from './build-monitor.ts'
import { docker, hasImage, ourLabel } from './engine.ts'
import { goProgramStages } from './go-programs.ts'
import { hashInputs } from './hash-inputs.ts'
import { pauseProgramStage } from './pause-program.ts'
import { podImagesStage, type StageDirectories } from './pod-images.ts'
import { packageCache, rootFileSystemStage } from './root-file-system.ts'
import { runCommand } from './run-command.ts'
import { ensureStage, isFinished, stageCacheDirectory, sweep, type BuildContext, type Stage } from './stage.ts'
import { kubernetesRelease, versions, type KubernetesRelease } from './versions.ts'

export interface NodeImageOptions extends BuildContext {
  /** An image in the engine that every node shall carry, under a tag that changes with its content. */
  readonly workloadImage: string
  /** One of `versions.kubernetesReleases`; default `versions.defaultKubernetes`. */
  readonly kubernetes?: string
}

interface Plan {
  readonly release: KubernetesRelease
  readonly programs: readonly Stage[]
  readonly rootFileSystem: Stage
  readonly podImages: Stage
  readonly directories: Record<string, string>
  readonly base: string
  readonly node: string
}

/**
 * The tag of the node image that holds this workload image: `drill.local/node:v<Kubernetes>-<12 hex digits>`. The digits are a
 * hash of every input of the build, so the same inputs give the same tag on every machine. Builds nothing.
 */
export async function nodeImageRef(
  workloadImage: string,
  kubernetes: string = versions.defaultKubernetes,
): Promise<string> {
  return (await plan(workloadImage, kubernetes)).node
}

/**
 * Returns the tag of a node image that the engine has, building what is missing: minutes the first time (mostly Kubernetes'
 * compilation), seconds for another workload image, nothing when it is there. A build that was killed continues.
 * Rejects with an Error that holds the failing command and its last lines; with the signal's reason when aborted.
 */
export async function ensureNodeImage(options: NodeImageOptions): Promise<string> {
  const { workloadImage, kubernetes = versions.defaultKubernetes, ...context } = options
  const planned = await plan(workloadImage, kubernetes)
  if (await hasImage(planned.node, context)) return planned.node
  if (!(await hasImage(workloadImage, context)))
    throw new Error(`the engine has no image ${workloadImage}: build it before the node image`)

  const cache = stageCacheDirectory()
  await sweep(cache)
  using monitor = await monitorOf(planned, cache, context)
  const building = { planned, cache, monitor, context }
  if (!(await hasImage(planned.base, context))) await buildBase(building)
  await monitored(monitor, bakes.node, () =>
    bakeNode({ tag: planned.node, base: planned.base, workloadImage, cache }, context),
  )
  await forgetOldImages(context)
  context.onProgress(`node image: ${planned.node}`)
  return planned.node
}

interface Building {
  readonly planned: Plan
  readonly cache: string
  readonly monitor: BuildMonitor
  readonly context: BuildContext
}

const bakes = {
  base: { id: 'bake-base', title: 'node image with Kubernetes and its pod images' },
  node: { id: 'bake-node', title: 'node image with the workload image' },
} as const

async function monitorOf(planned: Plan, cache: string, context: BuildContext): Promise<BuildMonitor> {
  const last = { ...bakes.node, lane: lastLane }
  const watching = { timesFile: join(cache, '.times.json'), onState: context.onState }
  if (await hasImage(planned.base, context))
    return monitorBuild({ ...watching, stages: [last], downloadDirectories: [] })
  const inLane = async (lane: string, stages: readonly Stage[]) =>
    (await unfinished(stages, cache)).map(({ id, title }) => ({ id, title, lane }))
  const modules = await runCommand(['go', 'env', 'GOMODCACHE'], context)
  return monitorBuild({
    ...watching,
    stages: [
      ...(await inLane('root file system', [planned.rootFileSystem])),
      ...(await inLane('programs', planned.programs)),
      ...(await inLane(lastLane, [planned.podImages])),
      { ...bakes.base, lane: lastLane },
      last,
    ],
    downloadDirectories: [join(modules, 'cache', 'download'), packageCache(cache)],
  })
}

async function unfinished(stages: readonly Stage[], cache: string): Promise<readonly Stage[]> {
  const finished = await Promise.all(stages.map((stage) => isFinished(stage, cache)))
  return stages.filter((_, index) => !finished[index])
}

async function monitored<T>(
  monitor: BuildMonitor,
  { id }: { readonly id: string },
  work: () => Promise<T>,
): Promise<T> {
  monitor.started(id)
  const result = await work()
  await monitor.finished(id)
  return result
}

/** Every change of an input leaves half a gigabyte behind. What a container uses stays. */
async function forgetOldImages(context: BuildContext): Promise<void> {
  const filters = [`label=${ourLabel}=node`, 'until=336h'].flatMap((filter) => ['--filter', filter])
  try {
    await docker(['image', 'prune', '--all', '--force', ...filters], context)
  } catch {
    // Another prune runs, perhaps. Not worth failing for.
  }
}

async function plan(workloadImage: string, kubernetes: string): Promise<Plan> {
  const release = kubernetesRelease(kubernetes)
  const directories: Record<string, string> = {}
  const rootFileSystem = await rootFileSystemStage()
  const programs = [await pauseProgramStage(), ...(await goProgramStages(release))]
  const podImages = await podImagesStage(release, [rootFileSystem, ...programs], (): StageDirectories => directories)
  const keys = [rootFileSystem, ...programs, podImages].map(({ id, key }) => `${id}-${key}`)
  const base = await hashInputs({ data: { keys, bakeInputs }, paths: ['files'] })
  const node = await hashInputs({ data: { base, workloadImage } })
  return {
    release,
    programs,
    rootFileSystem,
    podImages,
    directories,
    base: `drill.local/node-base:v${release.version}-${base}`,
    node: `drill.local/node:v${release.version}-${node}`,
  }
}

/**
 * Three lanes: the root file system and the downloads of Go modules (network and disk) beside the programs (processor),
 * which come one after another, as each takes all cores.
 */
async function buildBase({ planned, cache, monitor, context }: Building): Promise<void> {
  const failed = new AbortController()
  const signal = AbortSignal.any([failed.signal, ...(context.signal ? [context.signal] : [])])
  const fetched = fetchAhead(await unfinished(planned.programs, cache), signal)
  const build = async (stages: readonly Stage[]) => {
    for (const stage of stages) {
      await fetched.get(stage)
      const onPackages = (compiled: number, of: number) => monitor.packages(stage.id, { compiled, of })
      planned.directories[stage.id] = await monitored(monitor, stage, () =>
        ensureStage(stage, cache, { ...context, signal, onPackages }),
      )
    }
  }
  const lanes = [build([planned.rootFileSystem]), build(planned.programs)].map((lane) =>
    lane.catch((error: unknown) => {
      // The first failure is the one to report; the other lane then ends by the abort.
      failed.abort(error)
      throw error
    }),
  )
  const results = await Promise.allSettled(lanes)
  if (results.some(({ status }) => status === 'rejected')) throw signal.reason
  await build([planned.podImages])
  await monitored(monitor, bakes.base, () =>
    bakeNodeBase({ tag: planned.base, release: planned.release, stages: planned.directories, cache }, context),
  )
}

/** Fetches what the stages need, one after another; each can be awaited. */
function fetchAhead(stages: readonly Stage[], signal: AbortSignal): ReadonlyMap<Stage, Promise<void>> {
  const fetched = new Map<Stage, Promise<void>>()
  let before = Promise.resolve()
  for (const stage of stages) {
    before = before.then(() => stage.fetch?.({ signal }))
    // Reported by the lane that builds the stage; until then nobody listens.
    before.catch(() => undefined)
    fetched.set(stage, before)
  }
  return fetched
}
