import { randomBytes } from 'node:crypto'
import { cpuShares } from '../../model/cpu-shares.ts'
import { ClusterError } from '../../model/errors.ts'
import { hostCommand } from '../../host/process/host-command.ts'
import { entryPoint, enterNamespaces, programInImage } from '../../workload/workload-image.ts'

/** Longer than any sample may be under way. */
export const drainTimeoutS = 10
export const mountedAt = '/samples'

/** Short collections of a small heap: pauses stay near 1 ms, against 6 ms with the default of 16 MiB. */
const nodeFlags = ['--max-semi-space-size=4'] as const

/** Where a prober stands. */
export type Place =
  /** In the network namespace of a container: of a machine, as a rule. */
  | { readonly vantage: 'worker'; readonly machine: string }
  /** On a network of the engine, in a namespace of its own. */
  | { readonly vantage: 'outside'; readonly network: string }
  /**
   * In the network namespace of a process of a machine, numbered as there: of a pod. It stays in it when the pod ends, and then reaches
   * nothing any more.
   */
  | { readonly vantage: 'pod'; readonly machine: string; readonly processId: number }

export interface ProberContainerOptions {
  readonly image: string
  readonly place: Place
  /** Mounted at `mountedAt`; the plan is in it. */
  readonly outDir: string
  readonly labels: Readonly<Record<string, string>>
  /** The prober's. */
  readonly name: string
  /** As `containerName` gives it. */
  readonly container: string
}

/** A name for its container. */
export const containerName = (prober: string): string => `drill-${prober}-${randomBytes(4).toString('hex')}`

/**
 * Runs the prober's container, with CPU shares for hosts that refuse it a real-time class. Rejects when it cannot be started or ends, with
 * the last error that it printed; resolves when the signal says that this is not awaited any more, and the container goes on.
 */
export async function runContainer(options: ProberContainerOptions, signal: AbortSignal): Promise<void> {
  const { image, place, outDir, labels, name, container } = options
  const { settings, before } = placed(place)
  const argv = [
    ...['run', '--sig-proxy=false', '--rm', '--pull', 'never', '--name', container],
    ...['--volume', `${outDir}:${mountedAt}`, '--cpu-shares', String(cpuShares.worker), ...settings],
    ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...[image, ...before, ...nodeFlags],
    ...[programInImage('harness/probe/prober/prober-main'), `${mountedAt}/${name}.plan.json`],
  ]
  const { stderr } = await hostCommand(['docker', ...argv], { signal })
  if (signal.aborted) return
  const said = stderr.split('\n').findLast((line) => /error|nsenter/i.test(line))
  throw new Error(said?.trim() ?? 'it ended')
}

/** As in `the prober beside drill-1-worker`. */
export const placeText = (place: Place): string =>
  place.vantage === 'worker'
    ? `beside ${place.machine}`
    : place.vantage === 'outside'
      ? `on the network ${place.network}`
      : `inside a pod on ${place.machine}`

/** Pure: what makes the container stand there, and what comes before the program's own arguments. */
export function placed(place: Place): { readonly settings: readonly string[]; readonly before: readonly string[] } {
  if (place.vantage === 'worker') return { settings: ['--network', `container:${place.machine}`], before: [] }
  if (place.vantage === 'outside') return { settings: ['--network', place.network], before: [] }
  // It sees the machine's processes, and needs nothing that runs there: no kubelet, no containerd. Only a privileged one may enter.
  const settings = ['--network', 'none', '--pid', `container:${place.machine}`, '--privileged']
  const [program, ...flags] = entryPoint
  return {
    settings: [...settings, '--entrypoint', enterNamespaces],
    before: [`--net=/proc/${place.processId}/ns/net`, '--', program, ...flags],
  }
}

/** Lets it judge what is under way, then removes it. It may be gone already: whoever cleans up finds it by its labels. */
export async function removeContainer(container: string): Promise<void> {
  for (const argv of [
    ['stop', '--time', String(drainTimeoutS), container],
    ['rm', '--force', container],
  ]) {
    const { exitCode, stderr } = await docker(argv)
    // The engine removes it by itself once it has ended.
    if (exitCode !== 0 && !/No such container|already in progress/i.test(stderr))
      throw new ClusterError(`the prober: docker ${argv[0] ?? ''}: ${stderr.trim()}`)
  }
}

const docker = (argv: readonly string[]) => hostCommand(['docker', ...argv], { timeoutMs: 1000 * (drainTimeoutS + 20) })
