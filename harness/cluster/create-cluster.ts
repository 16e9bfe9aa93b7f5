import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClusterError } from '../model/errors.ts'
import { hostCommand } from '../host/process/host-command.ts'
import type { Cluster, Machine, Topology } from '../model/cluster.ts'
import { favourContainers } from '../host/setup/container-weight.ts'
import { kindPath } from '../host/setup/kind-path.ts'
import { cpuShares } from '../model/cpu-shares.ts'
import { makeMountedFiles } from './mounted-files.ts'
import { kindConfig } from './kind-config.ts'
import type { KubeadmPatch } from './kubeadm-patch.ts'
import { dockerBalancer } from './docker-balancer.ts'
import { machinesOf } from './machines.ts'

export interface CreateClusterOptions {
  readonly name: string
  readonly topology: Topology
  readonly nodeImage: string
  readonly cgroup: 'v1' | 'v2'
  /** No Node is Ready before the caller has made a pod network. */
  readonly ownNetwork?: boolean
  readonly patch?: KubeadmPatch
  /** Gets kind.yaml and the kubeconfig. */
  readonly runDir: string
  readonly onLine: (line: string) => void
  readonly signal: AbortSignal
}

const createTimeoutMs = 15 * 60_000

/**
 * Makes the cluster; it is not ready yet when this returns (see cluster-ready.ts), because kind's own --wait does not fail.
 * Rejects with ClusterError; what kind left is kept (--retain) for the logs and deleted by the caller.
 */
export async function createCluster(options: CreateClusterOptions): Promise<Cluster> {
  const configPath = join(options.runDir, 'kind.yaml')
  const kubeconfigPath = join(options.runDir, 'kubeconfig')
  const { name, topology, cgroup, ownNetwork = false, patch, runDir } = options
  const filesDir = patch?.filesDir === undefined ? undefined : await makeMountedFiles(patch.filesDir, runDir)
  await writeFile(
    configPath,
    kindConfig({
      name,
      topology,
      cgroup,
      ownNetwork,
      ...(patch ? { patch } : {}),
      ...(filesDir === undefined ? {} : { filesDir }),
    }),
  )
  const argv = [
    'create',
    'cluster',
    '--name',
    options.name,
    '--config',
    configPath,
    '--image',
    options.nodeImage,
  ] as const
  const result = await hostCommand([await kindPath(), ...argv, '--kubeconfig', kubeconfigPath, '--retain'], {
    timeoutMs: createTimeoutMs,
    signal: options.signal,
    onLine: options.onLine,
  })
  options.signal.throwIfAborted()
  if (result.exitCode !== 0) {
    const tail = (result.stderr || result.stdout).trim().split('\n').slice(-6).join('\n')
    throw new ClusterError(`kind could not create the cluster (exit code ${result.exitCode}): ${tail}`)
  }
  return clusterOf(options.name, await machinesOf(options.name), kubeconfigPath)
}

/** A cluster that exists already. */
export function clusterOf(name: string, machines: readonly Machine[], kubeconfigPath: string): Cluster {
  const controlPlanes = machines.filter((machine) => machine.role === 'control-plane')
  return {
    name,
    machines,
    controlPlanes,
    workers: machines.filter((machine) => machine.role === 'worker'),
    ...(controlPlanes.length > 1 ? { balancer: dockerBalancer(name) } : {}),
    kubeconfigPath,
  }
}

/** Divides the processor among the machines, and gives all of them together their weight against the host's other processes. */
export async function setCpuShares(machines: readonly Machine[], signal: AbortSignal): Promise<void> {
  for (const role of ['control-plane', 'worker'] as const) {
    const names = machines.filter((machine) => machine.role === role).map((machine) => machine.name)
    if (names.length === 0) continue
    const argv = ['docker', 'update', '--cpu-shares', String(cpuShares[role]), ...names] as [string, ...string[]]
    const { exitCode, stderr } = await hostCommand(argv, { timeoutMs: 30_000, signal })
    if (exitCode !== 0)
      throw new ClusterError(`the engine refused CPU shares for ${names.join(', ')}: ${stderr.trim()}`)
  }
  if (machines[0]) await favourContainers(machines[0].name, signal)
}
