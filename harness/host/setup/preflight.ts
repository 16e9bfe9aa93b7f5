import { PreflightError } from '../../model/errors.ts'
import { readEngine, type EngineFacts } from './engine-facts.ts'
import { readHost, type HostFacts } from './host-facts.ts'
import { imageExists } from './image-exists.ts'
import { kindPath } from './kind-path.ts'
import { limits, memoryNeededMb } from './limits.ts'
import { lacksRuntime } from './plan-engine.ts'
import { versions } from '../node-image/versions.ts'

export interface PreflightOptions {
  readonly controlPlanes: number
  readonly workers: number
  readonly nodeImage: string
  readonly workloadImage: string
  readonly secondProberImage?: string
  /** Further images, by the name with which setup builds them. */
  readonly further?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export interface PreflightFacts {
  readonly host: Pick<HostFacts, 'memory' | 'inotifyInstances' | 'inotifyWatches' | 'ipForward' | 'cgroup'>
  readonly engine: EngineFacts
  /** Of the images that this drill needs, those that the engine lacks. */
  readonly missingImages: readonly string[]
}

/** Refuses a drill that this machine cannot carry, before anything is created. Some 200 ms, no container. Rejects with PreflightError. */
export async function preflight(options: PreflightOptions): Promise<void> {
  const { signal } = options
  const wanted = [
    options.nodeImage,
    options.workloadImage,
    ...Object.values(options.further ?? {}),
    ...(options.controlPlanes > 1 ? [versions.balancerImage] : []),
    ...(options.secondProberImage === undefined ? [] : [options.secondProberImage]),
  ]
  const [host, engine] = await Promise.all([readHost(signal), readEngine(signal)])
  const there = engine.state === 'answers' ? await Promise.all(wanted.map((ref) => imageExists(ref, signal))) : []
  signal?.throwIfAborted()
  const problem = problemOf(
    { host, engine, missingImages: wanted.filter((_, index) => there[index] !== true) },
    options,
  )
  if (problem) throw problem
  await kindPath()
}

/** Pure: the first thing in the way. */
export function problemOf(
  { host, engine, missingImages }: PreflightFacts,
  options: PreflightOptions,
): PreflightError | undefined {
  const setup = 'npx --no-install drill setup'
  if (engine.state === 'forbidden')
    return new PreflightError(`this user may not use the Docker engine: ${engine.reason}`, setup)
  if (engine.state !== 'answers') return new PreflightError(`no Docker engine answers: ${engine.reason}`, setup)
  if (lacksRuntime({ engine })) {
    return new PreflightError(
      'the engine cannot start privileged containers, because this host lacks CAP_SYS_RESOURCE',
      setup,
    )
  }
  const [missing] = missingImages
  if (missing !== undefined)
    return new PreflightError(`the engine has no image ${missing}`, missingImageMend(missing, options))
  return machineProblemOf(host, engine, options)
}

function missingImageMend(missing: string, { nodeImage, secondProberImage, further = {} }: PreflightOptions): string {
  // Where the other images were pulled, nothing needed Go so far.
  if (missing === secondProberImage)
    return 'install Go 1.22 or later (https://go.dev/doc/install), then: npx --no-install drill setup'
  const extra = Object.keys(further).find((name) => further[name] === missing)
  if (extra !== undefined) return `npx --no-install drill setup --with ${extra}`
  const own = missing !== nodeImage || missing.startsWith('drill.local/')
  return own ? 'npx --no-install drill setup' : `npx --no-install drill setup --node-image ${missing}`
}

function machineProblemOf(
  host: PreflightFacts['host'],
  engine: EngineFacts,
  { controlPlanes, workers }: PreflightOptions,
): PreflightError | undefined {
  const setup = 'npx --no-install drill setup'
  const neededMb = memoryNeededMb(controlPlanes, workers)
  const freeMb = host.memory?.availableMb ?? Infinity
  if (freeMb < neededMb) {
    const size = `${controlPlanes} control plane(s) and ${workers} worker(s)`
    return new PreflightError(
      `${freeMb} MB of memory are free, ${size} need ${neededMb} MB`,
      'end other programs, or give fewer --masters or --workers',
    )
  }
  if ((engine.freeDiskMb ?? Infinity) < limits.diskMb) {
    return new PreflightError(
      `${engine.freeDiskMb} MB of disk are free in ${engine.rootDir}, a drill needs ${limits.diskMb} MB`,
      `free some in ${engine.rootDir}`,
    )
  }
  if (host.inotifyInstances < limits.inotifyInstances || host.inotifyWatches < limits.inotifyWatches) {
    const have = `${host.inotifyInstances} instances and ${host.inotifyWatches} watches`
    return new PreflightError(`the inotify limits are too low (${have}) for the nodes of a cluster`, setup)
  }
  if (!host.ipForward) return new PreflightError('this host does not forward packets (net.ipv4.ip_forward is 0)', setup)
  if (host.cgroup === undefined)
    return new PreflightError('no control groups are mounted on this host', 'npx --no-install drill doctor')
  return undefined
}
