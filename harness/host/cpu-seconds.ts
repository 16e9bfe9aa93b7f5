import { readFileSync } from 'node:fs'
import type { Node } from '../../lib/node.ts'
import { descendantsOf, processEntry, tickMs } from './process/process-tree.ts'

/** Processor time used up to a moment, in milliseconds of one core; only differences of two readings mean something. */
export interface CpuReading {
  /** Monotonic, in milliseconds. */
  readonly atMs: number
  /** By all processes in the machines' containers. */
  readonly machinesMs: number
  /** By the processes that this one started, such as the repair's and its `docker exec`. */
  readonly childrenMs: number
  /** By this process and by the probers, which are containers of their own. */
  readonly instrumentMs: number
  /** By everybody on this host, the hypervisor's other guests included (steal); null where /proc/stat does not tell. */
  readonly busyMs: number | null
}

/**
 * Inside a container with a cgroup namespace (kind makes one), these files are the container's own and count all groups
 * below it: version 1 in nanoseconds, version 2 in microseconds.
 * https://docs.kernel.org/admin-guide/cgroup-v1/cpuacct.html, https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu
 */
const machineScript = 'cat /sys/fs/cgroup/cpuacct/cpuacct.usage 2>/dev/null || cat /sys/fs/cgroup/cpu.stat'

/**
 * Reads the processor time used so far; one command on each machine, all at once. Rejects with CommandError when a machine
 * does not answer, and with an Error when its kernel does not account.
 * @param proberPids the probers' processes, as this host numbers them
 */
export async function readCpu(
  machines: readonly Node[],
  proberPids: readonly number[] = [],
  signal?: AbortSignal,
): Promise<CpuReading> {
  const perMachine = await Promise.all(
    machines.map(async (machine) => {
      const argv = ['sh', '-c', machineScript]
      const { stdout } = await machine.exec(argv, { timeoutMs: 20_000, ...(signal ? { signal } : {}) })
      const usedMs = machineMs(stdout)
      if (usedMs === undefined) throw new Error(`${machine.name}: its cgroup does not tell the processor time used`)
      return usedMs
    }),
  )
  const own = processEntry(process.pid)
  const below = descendantsOf(process.pid)
  const probers = proberPids.flatMap((pid) => processEntry(pid) ?? [])
  return {
    atMs: performance.now(),
    machinesMs: sum(perMachine),
    childrenMs: (own?.reapedMs ?? 0) + sum(below.map(({ ownMs, reapedMs }) => ownMs + reapedMs)),
    instrumentMs: (own?.ownMs ?? 0) + sum(probers.map(({ ownMs }) => ownMs)),
    busyMs: busyMs(readText('/proc/stat')),
  }
}

/** What was used between two readings. */
export interface CpuUse {
  readonly wallMs: number
  /** By the repair: the machines, and the processes that this one started. */
  readonly repairMs: number
  /** By everybody else on this host, or null where it does not tell: neither the repair nor drill's own instruments. */
  readonly othersMs: number | null
}

/** The difference of two readings of the same machines. */
export function cpuBetween(from: CpuReading, to: CpuReading): CpuUse {
  const between = (of: (reading: CpuReading) => number) => Math.max(0, of(to) - of(from))
  const repairMs = between(({ machinesMs, childrenMs }) => machinesMs + childrenMs)
  const oursMs = repairMs + between(({ instrumentMs }) => instrumentMs)
  return {
    wallMs: to.atMs - from.atMs,
    repairMs,
    othersMs: from.busyMs === null || to.busyMs === null ? null : Math.max(0, to.busyMs - from.busyMs - oursMs),
  }
}

/** Pure: milliseconds from either version's file; undefined where the text is neither. */
export function machineMs(text: string): number | undefined {
  const version2 = /^usage_usec (\d+)$/m.exec(text)?.[1]
  if (version2 !== undefined) return Number(version2) / 1000
  return /^\d+$/.test(text.trim()) ? Number(text) / 1e6 : undefined
}

/** Pure: from the first line of /proc/stat, all but idle and iowait; guests are in user time already. */
export function busyMs(stat: string): number | null {
  const fields = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').map(Number)
  if (!fields) return null
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields
  return (user + nice + system + irq + softirq + steal) * tickMs
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
