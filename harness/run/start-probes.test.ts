import { expect, test } from 'vitest'
import { deriveRecord } from '../store/derive-record.ts'
import { detectableOneIn, requiredOneIn } from '../probe/analysis/detectable-rate.ts'
import type { Heartbeat } from '../probe/prober/heartbeat.ts'
import { noDowntimeBudget } from '../../scenarios/partial-loss.ts'
import { calibrate, deadlineMs, pathIntervalMs, proberFigures, probingMs } from './start-probes.ts'

// lost-kubeconfigs was repaired in 6.7 s: 2 160 samples of each path, where 1 in 500 needs 2 301, made the drill unknown.
test('probing lasts long enough for the rate that the budget asks for, with one sample in 25 unmeasured', () => {
  for (const intervalMs of [20, 34, 40]) {
    const ms = probingMs(500, [{}, { intervalMs }])
    expect(detectableOneIn((ms / intervalMs) * 0.96)).toBeGreaterThanOrEqual(requiredOneIn(500, intervalMs))
    expect(ms).toBeLessThan(2500 * 20)
  }
})

// On a starved host, an answer in 222 ms made a gap of 255 ms without a failed probe, and the drill red: allowed were 250 ms.
test('answers within the deadline make no gap over the budget', () => {
  expect(noDowntimeBudget.longestGapMs).toBe(deadlineMs + pathIntervalMs)
})

const noted = () => {
  const events: { readonly type: string; readonly when?: unknown; readonly chain?: unknown }[] = []
  const written = new Map<string, unknown>()
  const evidence = { write: async (name: string, value: unknown) => void written.set(name, value) }
  const journal = { append: (event: { type: string }) => void events.push(event) }
  return { events, written, context: { journal, evidence, signal: new AbortController().signal } as never }
}

test('what the target noted is evidence of the round', async () => {
  const { events, written, context } = noted()
  await calibrate({ calibrate: async (round) => ({ round, pulses: [] }) }, 'settled', context)
  expect(written.get('calibration-settled')).toEqual({ round: 'settled', pulses: [] })
  expect(events).toMatchObject([{ type: 'evidence.collected', when: 'settled' }])
})

test('a prober that is not calibrated in time ends no drill: its evidence is missing, with the reason', async () => {
  const { events, written, context } = noted()
  await calibrate({ calibrate: () => Promise.reject(new Error('it took too long')) }, 'baseline', context)
  expect(written.size).toBe(0)
  expect(events).toMatchObject([{ type: 'evidence.missing', when: 'baseline', chain: ['it took too long'] }])
})

test('what the prober took is on the record, as a share of one core', () => {
  const own = { atMs: 30_000, cpuMs: 2500, stalls: 3, stalledMs: 210, scheduling: 'SCHED_RR 10', worstLagMs: 4 }
  const beat = { ...own, paths: { a: { sent: 1000 }, null: { sent: 100 } } } as unknown as Heartbeat
  const worker = proberFigures('worker', beat, 20_000)
  expect(worker).toEqual({ ...own, vantage: 'worker', cpuShare: 0.25, samplesPerSecond: 110 })
  const pod = proberFigures('pod', { ...beat, cpuMs: 900 }, 20_000)
  const stopped = (seq: number, prober: unknown) => ({ seq, atMs: 1, type: 'prober.stopped', prober })
  const derived = deriveRecord([stopped(0, pod), stopped(1, worker)])
  expect(derived.probers).toEqual([worker, pod])
  expect(derived.prober).toMatchObject({ cpuMs: 2500 })
  expect(deriveRecord([]).prober).toBeUndefined()
})
