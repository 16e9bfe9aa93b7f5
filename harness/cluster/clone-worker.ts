import { z } from 'zod'
import { waitFor } from '../../lib/engine/wait.ts'
import { ClusterError } from '../model/errors.ts'
import { hostCommand } from '../host/process/host-command.ts'
import type { Machine } from '../model/cluster.ts'
import { auxiliaryLabel } from './auxiliary-containers.ts'
import { dockerNode } from './docker-node.ts'

const inspectedSchema = z.tuple([
  z.object({
    Config: z.object({ Image: z.string(), Env: z.array(z.string()).nullable() }),
    HostConfig: z.object({
      Binds: z.array(z.string()).nullable(),
      CgroupnsMode: z.string(),
      NetworkMode: z.string(),
      Privileged: z.boolean(),
      Runtime: z.string(),
      SecurityOpt: z.array(z.string()).nullable(),
      Sysctls: z.record(z.string(), z.string()).nullish(),
      Tmpfs: z.record(z.string(), z.string()).nullish(),
    }),
  }),
])

/**
 * Starts one more container as kind started this worker: same image, mounts, network and privileges, its own name and volume, and no
 * part of the cluster yet. It has the label of drill's auxiliary containers and not kind's, so that it is none of the cluster's machines
 * and is removed with it. Rejects with ClusterError, or WaitTimeoutError when its container runtime does not come up within 60 s.
 */
export async function startCloneWorker(cluster: string, model: Machine, signal: AbortSignal): Promise<Machine> {
  const name = cloneWorkerName(cluster)
  const { stdout, exitCode, stderr } = await hostCommand(['docker', 'inspect', model.name], {
    timeoutMs: 20_000,
    signal,
  })
  if (exitCode !== 0) throw new ClusterError(`could not inspect ${model.name}: ${stderr.trim()}`)
  await removeCloneWorker(cluster)
  const argv = ['docker', 'run', ...cloneArguments(cluster, name, stdout)] as [string, ...string[]]
  const started = await hostCommand(argv, { timeoutMs: 60_000, signal })
  if (started.exitCode !== 0) throw new ClusterError(`could not start ${name}: ${started.stderr.trim()}`)
  const clone = dockerNode(name, 'worker', '')
  const probe = () => clone.exec(['crictl', 'info', '--quiet'], { timeoutMs: 10_000, signal }).then(() => true as const)
  await waitFor(`the container runtime of ${name}`, probe, { timeoutMs: 60_000, intervalMs: 500, signal })
  return clone
}

export const cloneWorkerName = (cluster: string) => `${cluster}-new-worker`

/** Idempotent; has its own clock and takes no signal. */
export async function removeCloneWorker(cluster: string): Promise<void> {
  const argv = ['docker', 'rm', '--force', '--volumes', cloneWorkerName(cluster)] as const
  const { exitCode, stderr } = await hostCommand([...argv], { timeoutMs: 60_000 })
  if (exitCode !== 0 && !/no such container/i.test(stderr))
    throw new ClusterError(`could not remove ${cloneWorkerName(cluster)}: ${stderr.trim()}`, argv.join(' '))
}

/** The arguments of `docker run` that kind gave to the inspected container (pkg/cluster/internal/providers/docker/provision.go). */
export function cloneArguments(cluster: string, name: string, inspectedJson: string): readonly string[] {
  const [{ Config, HostConfig }] = inspectedSchema.parse(JSON.parse(inspectedJson))
  const each = (flag: string, values: readonly string[] | null | undefined) =>
    (values ?? []).flatMap((value) => [flag, value])
  const pairs = (values: Readonly<Record<string, string>> | null | undefined, glue: string) =>
    Object.entries(values ?? {}).map(([key, value]) => (value === '' ? key : `${key}${glue}${value}`))
  return [
    ...['--detach', '--tty', '--name', name, '--hostname', name, '--label', `${auxiliaryLabel}=${cluster}`],
    ...['--network', HostConfig.NetworkMode, '--runtime', HostConfig.Runtime, '--volume', '/var'],
    ...(HostConfig.Privileged ? ['--privileged'] : []),
    ...(HostConfig.CgroupnsMode === '' ? [] : ['--cgroupns', HostConfig.CgroupnsMode]),
    ...each('--security-opt', HostConfig.SecurityOpt),
    ...each('--tmpfs', pairs(HostConfig.Tmpfs, ':')),
    ...each('--sysctl', pairs(HostConfig.Sysctls, '=')),
    ...each('--volume', HostConfig.Binds),
    ...each('--env', Config.Env),
    Config.Image,
  ]
}
