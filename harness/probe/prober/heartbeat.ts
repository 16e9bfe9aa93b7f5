import { appendFile, readFile } from 'node:fs/promises'
import type { Counters } from './path-probe.ts'

/** A line of `<name>.heartbeat.jsonl`, written each second. A hole in them is time in which the prober did not run. */
export interface Heartbeat {
  readonly seq: number
  /** On the run's clock. */
  readonly atMs: number
  readonly wall: string
  /** The prober has ended as it should. */
  readonly ended: boolean
  /** Since the last line. */
  readonly lagMaxMs: number
  /** Since the start: how often and how long the prober stood still for over 50 ms. */
  readonly stalls: number
  readonly stalledMs: number
  /** This machine's CPU pressure: microseconds in which some task waited for a CPU; null where the kernel does not say. */
  readonly cpuPressureUs: number | null
  /** Ticks of 10 ms that the hypervisor gave to others; null where unknown. */
  readonly stealTicks: number | null
  readonly paths: Readonly<Record<string, Counters>>
}

/** Appends a line; what the kernel tells is read on the way. Never rejects: a full disk must not end the probing. */
export async function writeHeartbeat(
  file: string,
  beat: Omit<Heartbeat, 'cpuPressureUs' | 'stealTicks'>,
): Promise<void> {
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

function numberIn(text: string | undefined, pattern: RegExp): number | null {
  const found = pattern.exec(text ?? '')?.[1]
  return found === undefined ? null : Number(found)
}
