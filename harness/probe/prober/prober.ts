import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StartedTestContainer } from 'testcontainers'
import { waitFor } from '../../../lib/engine/wait.ts'
import { ClusterError } from '../../model/errors.ts'
import { hostCommand } from '../../host/process/host-command.ts'
import { programInImage } from '../../workload/workload-image.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { ProbePath, ProbePlan } from './probe-plan.ts'
import { runClock } from './run-clock.ts'
import { stoppedFile } from './sample-file.ts'

/** As much CPU as the workers': an instrument that starves measures itself. */
const cpuShares = 8192

const startTimeoutMs = 30_000
/** Longer than any sample may be under way. */
const drainTimeoutS = 10
const mountedAt = '/samples'

/** Short collections of a small heap: pauses stay near 1 ms, against 6 ms with the default of 16 MiB. */
const nodeFlags = ['--max-semi-space-size=4'] as const

export interface ProberOptions {
  /** The workload image, which the engine must have. */
  readonly image: string
  /** The container in whose network namespace the prober lives: a node's. */
  readonly networkOf: string
  readonly paths: readonly ProbePath[]
  /** Where the sample files go, absolute; made if missing. One directory for each prober. */
  readonly outDir: string
  /** process.hrtime.bigint() at the run's zero. */
  readonly originNs: bigint
  /** Of the container, so that it can be found and removed when this process is gone. */
  readonly labels: Readonly<Record<string, string>>
  /** Default `prober`. */
  readonly name?: string
  /** Default 20. */
  readonly intervalMs?: number
  /** Default 250. */
  readonly deadlineMs?: number
  /** The prober ends by itself after this long, so that one that was forgotten does not probe for ever. Default one hour. */
  readonly maxDurationMs?: number
  readonly signal?: AbortSignal
}

export interface StartedProber {
  readonly containerId: string
  /** The last line that the prober wrote; undefined before the first. Rejects when it cannot be read. */
  heartbeat(): Promise<Heartbeat | undefined>
  /** Ends the probing: what is under way is still judged, the files are complete, the container is removed. Safe to call again. */
  stop(): Promise<void>
}

/**
 * Starts a prober in its own container and resolves when it is probing. Rejects with ClusterError when it cannot be started or
 * says nothing for 30 s; no container is left then.
 */
export async function startProber(options: ProberOptions): Promise<StartedProber> {
  const { name = 'prober', outDir, originNs, signal } = options
  await mkdir(outDir, { recursive: true })
  await writeFile(join(outDir, `${name}.plan.json`), `${JSON.stringify(planOf(options, name), null, 1)}\n`)
  const container = await startContainer(options, name)
  const heartbeat = (): Promise<Heartbeat | undefined> => lastHeartbeat(join(outDir, `${name}.heartbeat.jsonl`))
  try {
    await giveShares(container.getId())
    await firstHeartbeat(container.getId(), heartbeat, signal)
  } catch (cause) {
    const said = await wordsOf(container.getId())
    await remove(container).catch(() => undefined)
    signal?.throwIfAborted()
    throw new ClusterError(`the prober beside ${options.networkOf} does not work${said ? `: ${said}` : ''}`, '', {
      cause,
    })
  }
  let stopped: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    const endMs = runClock(originNs)()
    await writeFile(join(outDir, stoppedFile(name)), `${JSON.stringify({ endMs })}\n`)
    await remove(container)
  }
  return { containerId: container.getId(), heartbeat, stop: () => (stopped ??= stop()) }
}

/** Rejects as soon as the prober has ended, and does not sit out the time. */
async function firstHeartbeat(
  containerId: string,
  heartbeat: StartedProber['heartbeat'],
  signal: AbortSignal | undefined,
): Promise<void> {
  const seen = new AbortController()
  const ended = async (): Promise<never> => {
    await hostCommand(['docker', 'wait', containerId], { signal: seen.signal })
    throw new Error('it ended')
  }
  const wait = { timeoutMs: startTimeoutMs, intervalMs: 100, ...(signal ? { signal } : {}) }
  try {
    await Promise.race([waitFor('the prober to write its first line', heartbeat, wait), ended()])
  } finally {
    seen.abort()
  }
}

function planOf(options: ProberOptions, name: string): ProbePlan {
  const { originNs, intervalMs = 20, deadlineMs = 250, maxDurationMs = 3_600_000, paths } = options
  return { name, originNs: String(originNs), intervalMs, deadlineMs, maxDurationMs, outDir: mountedAt, paths }
}

async function startContainer(
  { image, networkOf, outDir, labels }: ProberOptions,
  name: string,
): Promise<StartedTestContainer> {
  // The helper that would clean up after this process is an image of its own, which cannot be pulled everywhere; labels do it.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'
  const { GenericContainer, PullPolicy } = await import('testcontainers')
  const containerName = `drill-${name}-${randomBytes(4).toString('hex')}`
  const container = new GenericContainer(image)
    .withName(containerName)
    .withPullPolicy(PullPolicy.neverPull())
    .withNetworkMode(`container:${networkOf}`)
    .withBindMounts([{ source: outDir, target: mountedAt }])
    .withLabels({ ...labels })
    .withAutoRemove(true)
    .withCommand([...nodeFlags, programInImage('harness/probe/prober/prober-main'), `${mountedAt}/${name}.plan.json`])
  try {
    return await container.start()
  } catch (cause) {
    // It may have been made before it could not be started.
    await hostCommand(['docker', 'rm', '--force', containerName], { timeoutMs: 20_000 })
    throw new ClusterError(`the engine did not start the prober beside ${networkOf}: ${String(cause)}`, '', { cause })
  }
}

/** Lets it judge what is under way, then removes it. It may be gone already: whoever cleans up finds it by its labels. */
async function remove(container: StartedTestContainer): Promise<void> {
  try {
    await container.stop({ timeout: drainTimeoutS * 1000, remove: true })
  } catch (error) {
    if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 404)) throw error
  }
}

/** The last that a container said, one line. */
async function wordsOf(containerId: string): Promise<string> {
  const { stderr } = await hostCommand(['docker', 'logs', '--tail', '20', containerId], { timeoutMs: 10_000 })
  return (
    stderr
      .split('\n')
      .findLast((line) => /error/i.test(line))
      ?.trim() ?? ''
  )
}

async function giveShares(containerId: string): Promise<void> {
  const { exitCode, stderr } = await hostCommand(['docker', 'update', '--cpu-shares', String(cpuShares), containerId], {
    timeoutMs: 20_000,
  })
  if (exitCode !== 0) throw new Error(`could not give the prober its CPU shares: ${stderr.trim()}`)
}

async function lastHeartbeat(path: string): Promise<Heartbeat | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  })
  // After the last newline stands a line that is being written.
  const last = text.split('\n').at(-2)
  return last === undefined || last === '' ? undefined : (JSON.parse(last) as Heartbeat)
}
