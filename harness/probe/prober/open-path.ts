import type { ProbePath } from '../../model/probe-path.ts'
import { type PathProbe, pathProbe } from './path-probe.ts'
import { dnsExchange } from './dns-exchange.ts'
import type { Exchange } from './exchange.ts'
import { httpExchange } from './http-exchange.ts'
import type { ProbePlan } from './probe-plan.ts'
import { streamExchange } from './stream-exchange.ts'
import type { RunClock } from './run-clock.ts'
import { errorClasses, sampleFormat } from './sample-format.ts'
import { type SampleWriter, sampleWriter } from './sample-writer.ts'
import type { Stalls } from './stalls.ts'

/** A path that is probed, and its files. */
export interface OpenPath {
  readonly id: string
  readonly writer: SampleWriter
  readonly probe: PathProbe
}

/** Opens the files of one path. `order` is its place among the prober's paths, `startMs` when its first sample is planned. */
export function openPath(
  plan: ProbePlan,
  path: ProbePath,
  at: { readonly order: number; readonly startMs: number },
  { clock, stalls }: { readonly clock: RunClock; readonly stalls: Stalls },
): OpenPath {
  const { id, title, target, connection, intervalMs = plan.intervalMs, deadlineMs = plan.deadlineMs } = path
  const writer = sampleWriter(plan.outDir, {
    format: sampleFormat,
    prober: plan.name,
    ...{ id, title, target, connection, intervalMs, deadlineMs },
    ...at,
    errors: errorClasses,
    anchor: { runMs: clock(), wall: new Date().toISOString() },
  })
  const { startMs } = at
  const probe = pathProbe({
    exchange: exchangeOf(plan, path, clock),
    ...{ connection, intervalMs, deadlineMs, startMs, clock, stalls, writer },
  })
  return { id, writer, probe }
}

function exchangeOf(plan: ProbePlan, path: ProbePath, clock: RunClock): Exchange {
  const { target, connection, expects, status, deadlineMs = plan.deadlineMs } = path
  if (connection === 'datagram') return dnsExchange(target, expects)
  if (connection === 'stream')
    return streamExchange({ url: target, expects, deadlineMs, clock, originNs: BigInt(plan.originNs) })
  return httpExchange(target, connection, status)
}

/** Writes what was sampled since the last time. A failing disk costs samples, which then are missing; probing goes on. */
export async function flushAll(paths: readonly OpenPath[]): Promise<void> {
  await Promise.all(paths.map(({ writer }) => writer.flush().catch((error: unknown) => console.error(String(error)))))
}
