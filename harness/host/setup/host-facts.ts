import { constants } from 'node:fs'
import { access, readFile, readdir } from 'node:fs/promises'
import { availableParallelism, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { hostCommand } from '../process/host-command.ts'
import {
  mayHaveCapability,
  parseGoVersion,
  parseMeminfo,
  parseOsRelease,
  type Memory,
  type OsRelease,
} from './kernel-files.ts'

/** What this machine is, read without changing anything. */
export interface HostFacts {
  readonly os: OsRelease
  /** Debian's package tools are there. */
  readonly apt: boolean
  /** A dpkg was interrupted and must be finished before anything can be installed. */
  readonly dpkgInterrupted: boolean
  readonly user: string
  /** How commands get root's rights: already root, sudo that asks nothing, sudo that asks for a password, or not at all. */
  readonly rights: 'root' | 'sudo' | 'sudo-asks' | 'none'
  /** systemd runs as the service manager, sd_booted(3). */
  readonly serviceManager: boolean
  /** CAP_SYS_RESOURCE is in the bounding set; without it runc refuses privileged containers. */
  readonly sysResource: boolean
  /** The kernel enforces AppArmor; dockerd then needs its parser. */
  readonly appArmor: boolean
  readonly cores: number
  readonly memory: Memory | undefined
  readonly inotifyInstances: number
  readonly inotifyWatches: number
  readonly ipForward: boolean
  readonly cgroup: 'v1' | 'v2' | undefined
  /** Version of the Go tool. */
  readonly go: string | undefined
  readonly dockerd: boolean
  readonly dockerClient: boolean
}

/** Takes a few tens of milliseconds. A file that cannot be read counts as the least favourable answer. */
export async function readHost(signal?: AbortSignal): Promise<HostFacts> {
  const [osRelease, status, meminfo, appArmor, instances, watches, ipForward] = await Promise.all(
    [
      '/etc/os-release',
      '/proc/self/status',
      '/proc/meminfo',
      '/sys/module/apparmor/parameters/enabled',
      ...sysctlFiles,
    ].map(async (path) => textOf(path)),
  )
  const [rights, go, dockerd, dockerClient, apt] = await Promise.all([
    rightsOf(signal),
    goVersion(signal),
    onPath('dockerd'),
    onPath('docker'),
    onPath('apt-get'),
  ])
  return {
    os: parseOsRelease(osRelease ?? ''),
    apt,
    dpkgInterrupted: (await readdir('/var/lib/dpkg/updates').catch(() => [])).some((name) => /^\d+$/.test(name)),
    user: userInfo().username,
    rights,
    serviceManager: await exists('/run/systemd/system'),
    sysResource: mayHaveCapability(status ?? '', 'CAP_SYS_RESOURCE') ?? true,
    appArmor: appArmor?.trim() === 'Y',
    cores: availableParallelism(),
    memory: parseMeminfo(meminfo ?? ''),
    inotifyInstances: Number(instances ?? 0),
    inotifyWatches: Number(watches ?? 0),
    ipForward: ipForward?.trim() === '1',
    cgroup: await cgroupVersion(),
    go,
    dockerd,
    dockerClient,
  }
}

const sysctlFiles = [
  '/proc/sys/fs/inotify/max_user_instances',
  '/proc/sys/fs/inotify/max_user_watches',
  '/proc/sys/net/ipv4/ip_forward',
]

/** The control group version of this host: kubelet and kind recognize v2 by the same file. */
export async function cgroupVersion(): Promise<'v1' | 'v2' | undefined> {
  if (await exists('/sys/fs/cgroup/cgroup.controllers')) return 'v2'
  return (await exists('/sys/fs/cgroup/memory')) ? 'v1' : undefined
}

async function rightsOf(signal?: AbortSignal): Promise<HostFacts['rights']> {
  if (process.getuid?.() === 0) return 'root'
  if (!(await onPath('sudo'))) return 'none'
  const { exitCode } = await hostCommand(['sudo', '-n', 'true'], { timeoutMs: 5_000, ...(signal ? { signal } : {}) })
  if (exitCode === 0) return 'sudo'
  return process.stdin.isTTY ? 'sudo-asks' : 'none'
}

async function goVersion(signal?: AbortSignal): Promise<string | undefined> {
  const { exitCode, stdout } = await hostCommand(['go', 'version'], {
    timeoutMs: 10_000,
    ...(signal ? { signal } : {}),
  })
  return exitCode === 0 ? parseGoVersion(stdout) : undefined
}

/** Also looks where Debian keeps root's commands, which a plain user's PATH leaves out. */
async function onPath(command: string): Promise<boolean> {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean),
    '/usr/sbin',
    '/sbin',
    '/usr/local/sbin',
  ]
  const found = await Promise.all(folders.map((folder) => exists(join(folder, command), constants.X_OK)))
  return found.includes(true)
}

async function exists(path: string, mode: number = constants.F_OK): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
