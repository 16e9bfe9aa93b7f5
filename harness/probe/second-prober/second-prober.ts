import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cpuShares } from '../../model/cpu-shares.ts'
import { hostCommand } from '../../host/process/host-command.ts'
import { ClusterError } from '../../model/errors.ts'
import type { ProbePath } from '../../model/probe-path.ts'
import { drainTimeoutS, mountedAt } from '../prober/prober-container.ts'
import type { ProberOptions } from '../prober/prober.ts'
import { giveRealtime, processOf } from '../prober/realtime.ts'

/** Two show that the probers agree on more than one way to the workload, and cost little. */
const sharedPaths = 2

/** Those of the first prober, beside which it runs; but `image` is secondProberImageRef. */
export type SecondProberOptions = Omit<ProberOptions, 'name' | 'calibration' | 'place'> &
  Required<Pick<ProberOptions, 'machine' | 'intervalMs' | 'deadlineMs' | 'maxDurationMs'>>

export interface StartedSecondProber {
  readonly containerId: string
  /** As the engine's host numbers it; undefined where it ended at once. */
  readonly processId: number | undefined
  /** Those that it samples. */
  readonly paths: readonly string[]
  /** Ends the sampling; the files are complete then. Safe to call again. */
  stop(): Promise<void>
}

/** Pure: the first two to which each sample makes a connection of its own, which is all that the second prober can. */
export const pathsToShare = (paths: readonly ProbePath[]): readonly Pick<ProbePath, 'id' | 'target'>[] =>
  paths
    .filter(({ connection, target }) => connection === 'new' && target.startsWith('http:'))
    .slice(0, sharedPaths)
    .map(({ id, target }) => ({ id, target }))

/** Starts the second prober beside the first, in a container of its own. Rejects with ClusterError when it cannot be started; no container is left then. */
export async function startSecondProber(options: SecondProberOptions): Promise<StartedSecondProber> {
  const { image, machine, outDir, originNs, intervalMs, deadlineMs, maxDurationMs, labels, signal } = options
  const paths = pathsToShare(options.paths)
  await mkdir(outDir, { recursive: true })
  const times = { originNs: String(originNs), intervalMs, deadlineMs, maxDurationMs }
  await writeFile(join(outDir, 'plan.json'), `${JSON.stringify({ ...times, outDir: mountedAt, paths }, null, 1)}\n`)
  const containerId = await docker([
    ...['run', '--detach', '--rm', '--pull', 'never', '--network', `container:${machine}`],
    ...['--volume', `${outDir}:${mountedAt}`, '--cpu-shares', String(cpuShares.worker)],
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...[image, `${mountedAt}/plan.json`],
  ])
  const processId = await processOf(containerId, signal)
  if (processId !== undefined) await giveRealtime(processId, machine, signal)
  let stopped: Promise<unknown> | undefined
  return {
    containerId,
    processId,
    paths: paths.map(({ id }) => id),
    async stop() {
      await (stopped ??= docker(['stop', '--time', String(drainTimeoutS), containerId]))
    },
  }
}

async function docker(argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await hostCommand(['docker', ...argv], {
    timeoutMs: 1000 * (drainTimeoutS + 20),
  })
  // It may have ended by itself; that its files are not whole is for the check to say.
  if (exitCode !== 0 && !/No such container/i.test(stderr))
    throw new ClusterError(`the second prober: docker ${argv[0] ?? ''}: ${stderr.trim()}`)
  return stdout.trim()
}
