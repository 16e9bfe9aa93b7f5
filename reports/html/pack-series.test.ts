import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outcomes, type ProbeSeries } from '../../harness/model/probe-series.ts'
import { packSeries } from './pack-series.ts'
import { noTenths, pointStates, unpackSeries } from './payload.ts'

interface Sample {
  readonly seq: number
  readonly outcome: number
  readonly latencyMs: number
}

function seriesOf(id: string, planned: number, samples: readonly Sample[]): ProbeSeries {
  return {
    id,
    title: id,
    target: '',
    intervalMs: 20,
    deadlineMs: 250,
    startMs: 1000,
    endMs: 1000 + planned * 20,
    seq: Uint32Array.from(samples, ({ seq }) => seq),
    lagMs: new Float32Array(samples.length).fill(0.5),
    latencyMs: Float32Array.from(samples, ({ latencyMs }) => latencyMs),
    outcome: Uint8Array.from(samples, ({ outcome }) => outcome),
    error: Uint8Array.from(samples, ({ outcome }) => (outcome === outcomes.failed ? 1 : 0)),
    backend: new Uint8Array(samples.length).fill(2),
    errors: ['none', 'refused'],
    backends: ['none', 'a', 'b'],
  }
}

const samplesOf = (planned: number) =>
  fc
    .uniqueArray(
      fc.record({
        seq: fc.nat(planned - 1),
        outcome: fc.constantFrom(0, 1, 2),
        latencyMs: fc.integer({ min: 0, max: 2500 }).map((n) => n / 10),
      }),
      {
        selector: ({ seq }) => seq,
      },
    )
    .map((samples) => samples.toSorted((a, b) => a.seq - b.seq))

const path = fc
  .integer({ min: 1, max: 60 })
  .chain((planned) => fc.record({ planned: fc.constant(planned), samples: samplesOf(planned) }))

test('every sample comes back on its place on the grid, and what was not sent is missing', () => {
  fc.assert(
    fc.property(fc.array(path, { maxLength: 4 }), (paths) => {
      const { heads, bytes } = packSeries(
        paths.map(({ planned, samples }, index) => seriesOf(`p${index}`, planned, samples)),
      )
      const unpacked = unpackSeries(heads, bytes)
      for (const [index, { planned, samples }] of paths.entries()) {
        const series = unpacked[index]
        expect(series?.points).toBe(planned)
        const bySeq = new Map(samples.map((sample) => [sample.seq, sample]))
        for (let point = 0; point < planned; point++) {
          const sample = bySeq.get(point)
          expect(series?.state[point]).toBe(sample?.outcome ?? pointStates.missing)
          expect(series?.latency[point]).toBe(sample ? Math.round(Math.fround(sample.latencyMs) * 10) : noTenths)
          expect(series?.error[point]).toBe(sample?.outcome === outcomes.failed ? 1 : 0)
        }
      }
    }),
    { numRuns: 50 },
  )
})

test('too many samples are folded, and one failure is still a failure', () => {
  const planned = 6_500_000
  const { heads, bytes } = packSeries([
    seriesOf('big', planned, [
      { seq: 6_000_000, outcome: outcomes.ok, latencyMs: 1 },
      { seq: 6_000_001, outcome: outcomes.failed, latencyMs: 250 },
      { seq: 6_000_002, outcome: outcomes.unmeasured, latencyMs: 3 },
    ]),
  ])
  const [head] = heads
  expect(head).toMatchObject({ samplesPerPoint: 3, stepMs: 60, points: Math.ceil(planned / 3) })
  const [series] = unpackSeries(heads, bytes)
  expect(series?.state[2_000_000]).toBe(pointStates.failed)
  expect(series?.latency[2_000_000]).toBe(2500)
})

test('samples beyond the plan and latencies that are none do no harm', () => {
  const { heads, bytes } = packSeries([
    seriesOf('odd', 2, [
      { seq: 0, outcome: outcomes.failed, latencyMs: Number.NaN },
      { seq: 1, outcome: outcomes.ok, latencyMs: 1e9 },
      { seq: 4_000_000_000, outcome: outcomes.ok, latencyMs: 1 },
    ]),
  ])
  const [series] = unpackSeries(heads, bytes)
  expect([...(series?.latency ?? [])]).toEqual([noTenths, noTenths - 1])
})
