import { randomBytes } from 'node:crypto'
import type { StartedTestContainer } from 'testcontainers'
import { cpuShares } from '../../model/cpu-shares.ts'
import { ClusterError } from '../../model/errors.ts'
import { hostCommand } from '../../host/process/host-command.ts'
import { programInImage } from '../../workload/workload-image.ts'

/** Longer than any sample may be under way. */
export const drainTimeoutS = 10
export const mountedAt = '/samples'

/** Short collections of a small heap: pauses stay near 1 ms, against 6 ms with the default of 16 MiB. */
const nodeFlags = ['--max-semi-space-size=4'] as const

export interface ProberContainerOptions {
  readonly image: string
  /** The container in whose network namespace it lives. */
  readonly networkOf: string
  /** Mounted at `mountedAt`; the plan is in it. */
  readonly outDir: string
  readonly labels: Readonly<Record<string, string>>
  readonly name: string
}

/** Starts the prober's container. Rejects with ClusterError; no container is left then. */
export async function startContainer(options: ProberContainerOptions): Promise<StartedTestContainer> {
  const { image, networkOf, outDir, labels, name } = options
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
export async function removeContainer(container: StartedTestContainer): Promise<void> {
  try {
    await container.stop({ timeout: drainTimeoutS * 1000, remove: true })
  } catch (error) {
    if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 404)) throw error
  }
}

/** The last error that a container printed, one line; empty where it printed none. */
export async function lastErrorOf(containerId: string): Promise<string> {
  const { stderr } = await hostCommand(['docker', 'logs', '--tail', '20', containerId], { timeoutMs: 10_000 })
  return (
    stderr
      .split('\n')
      .findLast((line) => /error/i.test(line))
      ?.trim() ?? ''
  )
}

/** Gives it its CPU shares, for hosts that refuse it a real-time class. */
export async function giveShares(containerId: string): Promise<void> {
  const argv = ['docker', 'update', '--cpu-shares', String(cpuShares.worker), containerId] as const
  const { exitCode, stderr } = await hostCommand(argv, { timeoutMs: 20_000 })
  if (exitCode !== 0) throw new Error(`could not give the prober its CPU shares: ${stderr.trim()}`)
}
