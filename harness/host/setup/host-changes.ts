import { readFile } from 'node:fs/promises'

import { PreflightError } from '../../model/errors.ts'
import { hostCommand } from '../process/host-command.ts'
import { processStart } from '../process/process-start.ts'
import { asRoot } from './as-root.ts'
import { readHostChanges, recordHostChanges, replaceHostChanges, type HostChange } from './host-change-log.ts'
import { readEngine } from './engine-facts.ts'
import { readHost } from './host-facts.ts'
import { clusterLabel } from './kind-labels.ts'
import { restorationsOf, sysctlPath, type HostState } from './restoration.ts'

/** What a cluster sets on the host, whose /proc/sys its privileged nodes share; null where the value is not known in advance. */
const clusterSettings: Readonly<Record<string, string | null>> = {
  // kubelet: setupKernelTunables in pkg/kubelet/cm/container_manager_linux.go
  'vm.overcommit_memory': '1',
  'vm.panic_on_oom': '0',
  'kernel.panic': '10',
  'kernel.panic_on_oops': '1',
  'kernel.keys.root_maxkeys': '1000000',
  'kernel.keys.root_maxbytes': '25000000',
  // systemd as the first process of a node: bump_file_max_and_nr_open in src/core/main.c
  'fs.file-max': null,
  'fs.nr_open': null,
  // the engine, for the IPv6 side of kind's network
  'net.ipv6.conf.all.forwarding': '1',
  'net.ipv6.conf.default.forwarding': '1',
}

/** To be called before a cluster is made: records the settings that its nodes will change. Later calls keep the first record. */
export async function recordKubeletSettings(): Promise<void> {
  await recordSysctls(clusterSettings)
}

/** Records sysctls before they are set to the given values; what has its value already is no change. */
export async function recordSysctls(settings: Readonly<Record<string, string | null>>): Promise<void> {
  const changes = await Promise.all(
    Object.entries(settings).map(async ([key, after]): Promise<readonly HostChange[]> => {
      const before = await sysctl(key)
      return before === undefined || before === after ? [] : [{ kind: 'sysctl', key, before, after }]
    }),
  )
  await recordHostChanges(changes.flat())
}

/**
 * Restores what was changed on this host, and stops the engine if drill started it; one line for each. Packages, images and the
 * engine's firewall rules stay. Rejects with PreflightError while a cluster of drill's runs, or where there is no way to become root.
 */
export async function restoreHost(signal?: AbortSignal): Promise<readonly string[]> {
  const changes = await readHostChanges()
  if (changes.length === 0) return ['nothing was changed on this host']
  await refuseWhileClustersRun()
  const { rights } = await readHost(signal)
  const restorations = restorationsOf(changes, await hostState(changes))
  const lines: string[] = []
  let left = changes
  for (const { change, say, script, forget } of restorations) {
    if (script !== undefined)
      await asRoot(script, { rights, what: `restore this host (${say})`, ...(signal ? { signal } : {}) })
    lines.push(say)
    if (!forget) continue
    left = left.filter((entry) => entry !== change)
    await replaceHostChanges(left)
  }
  return lines
}

async function refuseWhileClustersRun(): Promise<void> {
  const argv = [
    'docker',
    'ps',
    '--filter',
    `label=${clusterLabel}`,
    '--format',
    `{{.Label "${clusterLabel}"}}`,
  ] as const
  const { exitCode, stdout } = await hostCommand([...argv], { timeoutMs: 10_000 })
  const cluster = exitCode === 0 ? stdout.split('\n').find((name) => name.startsWith('drill-')) : undefined
  if (cluster === undefined) return
  throw new PreflightError(
    `${cluster} still runs and needs this host as it is`,
    `npx --no-install drill gc --cluster ${cluster}, then npx --no-install drill gc --host`,
  )
}

async function hostState(changes: readonly HostChange[]): Promise<HostState> {
  const sysctls = new Map<string, string>()
  const files = new Map<string, string>()
  const liveEngines = new Set<number>()
  for (const change of changes) {
    if (change.kind === 'sysctl') {
      const value = await sysctl(change.key)
      if (value !== undefined) sysctls.set(change.key, value)
    } else if (change.kind === 'file') {
      const content = await readFile(change.path, 'utf8').catch(() => undefined)
      if (content !== undefined) files.set(change.path, content)
    } else if (change.kind === 'engine' && (await processStart(change.pid)) === change.startTicks) {
      liveEngines.add(change.pid)
    }
  }
  return { sysctls, files, liveEngines, runningContainers: (await readEngine()).running }
}

async function sysctl(key: string): Promise<string | undefined> {
  const text = await readFile(sysctlPath(key), 'utf8').catch(() => undefined)
  return text?.trim()
}
