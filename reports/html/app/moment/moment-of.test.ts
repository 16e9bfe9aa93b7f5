import { expect, test } from 'vitest'
import { fakeRun } from '../../../../harness/testing/fake-run.ts'
import { packSeries } from '../../pack-series.ts'
import { unpackSeries } from '../../payload.ts'
import { momentOf } from './moment-of.ts'

const { record, series, ...details } = fakeRun('outage')
const { heads, bytes } = packSeries(series)
const paths = unpackSeries(heads, bytes)
const zeroMs = record.injectedAtMs ?? 0
const outageOf = (index: number) => {
  const outage = record.probes.find(({ id }) => id === 'cluster-ip-new')?.outages[index]
  if (!outage) throw new Error('no outage')
  return { fromMs: outage.fromMs - zeroMs, toMs: outage.fromMs + outage.pointMs - zeroMs, title: '' }
}

test('the samples of an outage, with good ones before and after it', () => {
  const { rows, leftOut } = momentOf({ ...outageOf(1), path: 'cluster-ip-new' }, record, paths, details)
  expect(leftOut).toBe(0)
  expect(rows.filter(({ state }) => state === 'failed')).toMatchObject([
    { atMs: 62_000 + 1700 * 20 - zeroMs, latencyMs: 250, error: 'response-timeout' },
  ])
  expect(rows[0]?.state).toBe('ok')
  expect(rows.at(-1)).toMatchObject({ state: 'ok', error: '' })
})

test('of a long stretch the first and the last samples', () => {
  const { rows, leftOut } = momentOf({ fromMs: 0, toMs: 20_000, title: '', path: 'pod' }, record, paths, details)
  expect(rows).toHaveLength(120)
  expect(rows.length + leftOut).toBeGreaterThan(1000)
})

test('what ran in that time: phases, steps and commands, and nothing else', () => {
  const { fromMs, toMs } = outageOf(0)
  const { spans, events: found } = momentOf(outageOf(0), record, paths, details)
  expect(spans.map(({ id }) => id)).toEqual(['recover', 'start-first-api-server'])
  expect(found.map(({ type }) => type)).toContain('command.finished')
  for (const event of found) {
    const durationMs = typeof event['durationMs'] === 'number' ? event['durationMs'] : 0
    expect(event.atMs).toBeGreaterThanOrEqual(fromMs + zeroMs)
    expect(event.atMs - durationMs).toBeLessThanOrEqual(toMs + zeroMs)
  }
})

test('around something shorter its whole second', () => {
  const atMs = outageOf(1).fromMs
  const near = (offsetMs: number) => ({ seq: 0, atMs: atMs + zeroMs + offsetMs, type: 'x.seen' })
  const asked = { fromMs: atMs, toMs: atMs, title: '' }
  const { events: found } = momentOf(asked, record, paths, {
    evidence: {},
    events: [-501, -499, 499, 501].map(near),
  })
  expect(found).toEqual([near(-499), near(499)])
})

test('without a path, or outside of what was probed, there is no sample', () => {
  expect(momentOf(outageOf(0), record, paths, details).rows).toEqual([])
  expect(momentOf({ fromMs: -1e6, toMs: -9e5, title: '', path: 'pod' }, record, paths, details).rows).toEqual([])
})

test('how short of processor time the host was then; nothing where it was not watched', () => {
  const pressureOf = (fromMs: number, toMs: number, evidence = details.evidence) =>
    momentOf({ fromMs: fromMs - zeroMs, toMs: toMs - zeroMs, title: '' }, record, paths, { ...details, evidence })
      .pressure
  expect(pressureOf(97_100, 97_200)).toEqual({ waiting: 0.873, busy: 0.991 })
  expect(pressureOf(95_500, 96_500)?.waiting).toBeCloseTo((0.1234 + 0.873) / 2, 6)
  expect(pressureOf(900_000, 900_100)).toBeUndefined()
  expect(pressureOf(97_100, 97_200, {})).toBeUndefined()
  const untold = { 'cpu-pressure': { samples: [{ atMs: 98_000, overMs: 1000, waiting: null, busy: 0.5 }] } }
  expect(pressureOf(97_100, 97_200, untold)).toEqual({ waiting: null, busy: 0.5 })
})
