import fc from 'fast-check'
import { outcomes, type ProbeSeries } from '../../../model/probe-series.ts'

/** For tests: what became of sample n; undefined is a sample without a record. Times are whole milliseconds. */
export type ModelSample =
  { readonly outcome: 'ok' | 'failed' | 'unmeasured'; readonly lagMs: number; readonly latencyMs: number } | undefined

export interface ModelSeries {
  readonly startMs: number
  readonly intervalMs: number
  /** How much of the last interval was planned. */
  readonly overMs: number
  readonly samples: readonly ModelSample[]
}

const kinds = ['ok', 'ok', 'ok', 'failed', 'unmeasured', undefined] as const

/** Any series: long stretches of one kind as well as mixtures, answers that overtake each other. */
export const arbitrarySeries: fc.Arbitrary<ModelSeries> = fc.record({
  startMs: fc.integer({ min: 0, max: 500 }),
  intervalMs: fc.integer({ min: 1, max: 30 }),
  overMs: fc.integer({ min: 1, max: 30 }),
  samples: fc
    .array(
      fc.tuple(
        fc.constantFrom(...kinds),
        fc.integer({ min: 1, max: 8 }),
        fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 51, max: 100 })),
        fc.integer({ min: 0, max: 90 }),
      ),
      { maxLength: 30 },
    )
    .map((stretches) =>
      stretches.flatMap(([outcome, times, lagMs, waitMs]): ModelSample[] =>
        Array.from(
          { length: times },
          (_, n) => outcome && { outcome, lagMs, latencyMs: lagMs + ((waitMs * (n + 1)) % 91) },
        ),
      ),
    ),
})

export function seriesOf({ startMs, intervalMs, overMs, samples }: ModelSeries): ProbeSeries {
  const rows = samples.flatMap((sample, n) => (sample ? [{ n, ...sample }] : []))
  return {
    id: 'p',
    title: 'p',
    target: 'http://127.0.0.1:1/',
    intervalMs,
    deadlineMs: 250,
    startMs,
    endMs: samples.length === 0 ? startMs : startMs + (samples.length - 1) * intervalMs + Math.min(overMs, intervalMs),
    seq: Uint32Array.from(rows, ({ n }) => n),
    lagMs: Float32Array.from(rows, ({ lagMs }) => lagMs),
    latencyMs: Float32Array.from(rows, ({ latencyMs }) => latencyMs),
    outcome: Uint8Array.from(rows, ({ outcome }) => outcomes[outcome]),
    error: Uint8Array.from(rows, ({ outcome }) => (outcome === 'failed' ? 1 : 0)),
    backend: new Uint8Array(rows.length),
    errors: ['none', 'refused'],
    backends: [''],
  }
}

/** 'o' ok, 'f' failed, 'u' unmeasured, '.' no record, 's' success after a quarter of a second: 20 ms apart, from 0 on. */
export function drawn(picture: string): ProbeSeries {
  const samples = Array.from(picture, (kind): ModelSample => {
    if (kind === '.') return undefined
    if (kind === 's') return { outcome: 'ok', lagMs: 0, latencyMs: 240 }
    return { outcome: kind === 'o' ? 'ok' : kind === 'f' ? 'failed' : 'unmeasured', lagMs: 0, latencyMs: 2 }
  })
  return seriesOf({ startMs: 0, intervalMs: 20, overMs: 20, samples })
}
