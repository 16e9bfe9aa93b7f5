import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { outcomes } from '../../model/probe-series.ts'
import type { SecondSeries } from '../../model/second-series.ts'

/** Below a run's samples/. */
export const secondSamplesDirectory = 'second-prober'

/** The first line of a file: `begin {…}`. Sample n was planned at startMs + n * intervalMs on the run's clock. */
const beginSchema = z.object({
  format: z.literal(1),
  id: z.string(),
  target: z.string(),
  intervalMs: z.number().positive(),
  deadlineMs: z.number().positive(),
  startMs: z.number(),
})

/** Its last line: `end {…}`. Without it the prober was killed. */
const endSchema = z.object({ endMs: z.number(), cpuMs: z.number() })

/** `<n> <lag in ms> <latency in ms, from the planned time> <outcome> <reason, or ->`, in the order of the verdicts. */
const samplePattern = /^(\d+) ([\d.]+) ([\d.]+) (ok|failed|unmeasured) (\S+)$/

/** All that the second prober wrote into the directory, by the id of the path; nothing of a file that does not begin as it should. */
export async function readSecondSeries(directory: string): Promise<readonly SecondSeries[]> {
  const files = (await readdir(directory).catch(() => [])).filter((file) => file.endsWith('.txt')).sort()
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')))
  return texts.flatMap((text) => seriesOf(text) ?? [])
}

/** Pure: one file. A line that is cut off, as a killed prober leaves it, does not count. */
export function seriesOf(text: string): SecondSeries | undefined {
  const lines = text.split('\n').slice(0, -1)
  const begin = beginSchema.safeParse(documentOf('begin', lines[0]))
  if (!begin.success) return undefined
  const { id, target, intervalMs, deadlineMs, startMs } = begin.data
  const end = endSchema.safeParse(documentOf('end', lines.at(-1)))
  const rows = lines.flatMap((line) => rowOf(line) ?? []).sort((a, b) => a.seq - b.seq)
  const errors = ['none', ...new Set(rows.flatMap(({ reason }) => (reason === '-' ? [] : [reason])))]
  return {
    id,
    title: `${id}, by the second prober`,
    target,
    intervalMs,
    deadlineMs,
    startMs,
    endMs: end.success ? end.data.endMs : startMs + ((rows.at(-1)?.seq ?? -1) + 1) * intervalMs,
    seq: Uint32Array.from(rows, ({ seq }) => seq),
    lagMs: Float32Array.from(rows, ({ lagMs }) => lagMs),
    latencyMs: Float32Array.from(rows, ({ latencyMs }) => latencyMs),
    outcome: Uint8Array.from(rows, ({ outcome }) => outcomes[outcome]),
    error: Uint8Array.from(rows, ({ reason }) => Math.max(0, errors.indexOf(reason))),
    backend: new Uint8Array(rows.length),
    errors,
    backends: ['none'],
    ended: end.success,
    cpuMs: end.success ? end.data.cpuMs : null,
  }
}

function rowOf(line: string) {
  const [, seq, lagMs, latencyMs, outcome, reason = '-'] = samplePattern.exec(line) ?? []
  if (outcome === undefined) return undefined
  return {
    seq: Number(seq),
    lagMs: Number(lagMs),
    latencyMs: Number(latencyMs),
    outcome: outcome as keyof typeof outcomes,
    reason,
  }
}

function documentOf(word: string, line = ''): unknown {
  try {
    return line.startsWith(`${word} `) ? JSON.parse(line.slice(word.length)) : undefined
  } catch {
    return undefined
  }
}
