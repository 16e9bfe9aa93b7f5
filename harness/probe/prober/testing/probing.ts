import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProbeSeries } from '../../../model/probe-series.ts'
import type { ProbePath } from '../../../model/probe-path.ts'
import type { ProbePlan } from '../probe-plan.ts'
import { runProber } from '../run-prober.ts'
import { readSeries } from '../sample-file.ts'

export const intervalMs = 10
export const deadlineMs = 250

export const pathTo = (id: string, target: string, connection: ProbePath['connection'] = 'new'): ProbePath => ({
  id,
  title: id,
  target,
  connection,
})

export async function planFor(paths: readonly ProbePath[], change: Partial<ProbePlan> = {}): Promise<ProbePlan> {
  const outDir = await mkdtemp(join(tmpdir(), 'drill-prober-'))
  return {
    name: 'prober',
    originNs: String(process.hrtime.bigint()),
    intervalMs,
    deadlineMs,
    maxDurationMs: 5000,
    outDir,
    paths,
    ...change,
  }
}

/** Probes in this process while `during` runs, and returns what was recorded, by path. */
export async function probing(
  paths: readonly ProbePath[],
  during: () => Promise<void>,
  change: Partial<ProbePlan> = {},
): Promise<ReadonlyMap<string, ProbeSeries>> {
  const plan = await planFor(paths, change)
  const stop = new AbortController()
  const running = runProber(plan, stop.signal)
  await during()
  stop.abort()
  await running
  return seriesIn(plan.outDir)
}

/** Reads the samples and removes the directory. */
export async function seriesIn(outDir: string): Promise<ReadonlyMap<string, ProbeSeries>> {
  const series = await readSeries(outDir)
  await rm(outDir, { recursive: true })
  return new Map(series.map((one) => [one.id, one]))
}

/** How often each class was recorded. */
export function tallyOf({ error, errors }: ProbeSeries): Readonly<Record<string, number>> {
  const tally: Record<string, number> = {}
  for (const index of error) tally[errors[index] ?? '?'] = (tally[errors[index] ?? '?'] ?? 0) + 1
  return tally
}

/** The same without what the prober itself was late for, which depends on the machine. */
export function targetsTally(series: ProbeSeries): Readonly<Record<string, number>> {
  const own = ['not-sent', 'prober-stalled']
  return Object.fromEntries(Object.entries(tallyOf(series)).filter(([name]) => !own.includes(name)))
}
