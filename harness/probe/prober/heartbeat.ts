import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OpenPath } from './open-path.ts'
import type { Counters } from './path-probe.ts'
import type { ProbePlan } from './probe-plan.ts'
import type { RunClock } from './run-clock.ts'
import { ownSchedulingClass } from './scheduling-class.ts'
import type { Stalls } from './stalls.ts'

/** A line of `<name>.heartbeat.jsonl`, written each second. A hole in them is time in which the prober did not run. */
export interface Heartbeat {
  readonly seq: number
  /** On the run's clock. */
  readonly atMs: number
  readonly wall: string
  /** The prober has ended as it should. */
  readonly ended: boolean
  /** The prober's own: `SCHED_RR 10`, or `SCHED_OTHER nice 0` where it got nothing better. */
  readonly scheduling: string
  /** How late samples were sent, at most: since the last line, and since the start. */
  readonly lagMaxMs: number
  readonly worstLagMs: number
  /** Since the start: how often and how long the prober was held up for over 50 ms. */
  readonly stalls: number
  readonly stalledMs: number
  /** Processor time of the prober's process since it was started. */
  readonly cpuMs: number
  /** This machine's CPU pressure: microseconds in which some task waited for a CPU; null where the kernel does not say. */
  readonly cpuPressureUs: number | null
  /** Ticks of 10 ms that the hypervisor gave to others; null where unknown. */
  readonly stealTicks: number | null
  readonly paths: Readonly<Record<string, Counters>>
}

export interface HeartbeatOptions {
  readonly plan: Pick<ProbePlan, 'outDir' | 'name'>
  readonly clock: RunClock
  readonly stalls: Stalls
  readonly paths: readonly OpenPath[]
}

/** A function that appends the next line. It never rejects: a full disk must not end the probing. */
export function heartbeats({ plan, clock, stalls, paths }: HeartbeatOptions): (ended: boolean) => Promise<void> {
  const file = join(plan.outDir, `${plan.name}.heartbeat.jsonl`)
  let seq = 0
  let worstLagMs = 0
  return async (ended) => {
    const lagMaxMs = Math.max(...paths.map(({ probe }) => probe.takeLagMaxMs()))
    worstLagMs = Math.max(worstLagMs, lagMaxMs)
    const beat = {
      seq: seq++,
      atMs: clock(),
      wall: new Date().toISOString(),
      ended,
      scheduling: ownSchedulingClass(),
      lagMaxMs,
      worstLagMs,
      stalls: stalls.count,
      stalledMs: stalls.totalMs,
      cpuMs: cpuMs(),
      paths: Object.fromEntries(paths.map(({ id, probe }) => [id, probe.counters()])),
    }
    const [pressure, stat] = await Promise.all(
      ['/proc/pressure/cpu', '/proc/stat'].map((path) => readFile(path, 'utf8').catch(() => '')),
    )
    const line: Heartbeat = {
      ...beat,
      cpuPressureUs: numberIn(pressure, /^some .*total=(\d+)/m),
      stealTicks: numberIn(stat, /^cpu +(?:\d+ ){7}(\d+)/m),
    }
    await appendFile(file, `${JSON.stringify(line)}\n`).catch(() => undefined)
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function numberIn(text: string | undefined, pattern: RegExp): number | null {
  const found = pattern.exec(text ?? '')?.[1]
  return found === undefined ? null : Number(found)
}
