import fc from 'fast-check'
import type { TruePulse } from '../../../model/calibration.ts'
import { needsDeadline, type TargetFault, targetFaults } from '../../../model/calibration-plan.ts'
import { lineIntervalMs } from '../../../model/probe-path.ts'
import { outcomes, type ProbeSeries } from '../../../model/probe-series.ts'

/** For tests: a pulse, and a prober that is right. */
export interface ModelPulse {
  readonly fault: TargetFault
  readonly lengthMs: number
  /** When it begins after the grid's tenth sample. */
  readonly phaseMs: number
  /** How long putting it on and taking it off took. */
  readonly edgeMs: number
  /** Of sample n: how late it is sent, how long it is on its way, and how long its answer. Repeated where they are too few. */
  readonly late: readonly (readonly [lagMs: number, thereMs: number, backMs: number])[]
}

export const intervalMs = 20
const deadlineMs = 250
const startMs = 1000
const quietSamples = 12
/** What a request is on its way at most; the target was late by as much. */
const mostThereMs = 4

const classes: Readonly<Record<TargetFault, string>> = {
  refuse: 'refused',
  reset: 'reset',
  drop: 'response-timeout',
  freeze: 'response-timeout',
  'wrong-body': 'wrong-body',
  'cut-body': 'truncated-body',
  latency: 'response-timeout',
}
export const errors = ['none', ...new Set(Object.values(classes))]

export const arbitraryPulse: fc.Arbitrary<ModelPulse> = fc.record({
  fault: fc.constantFrom(...targetFaults),
  lengthMs: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 1200 })),
  phaseMs: fc.double({ min: 0, max: intervalMs, noNaN: true }),
  edgeMs: fc.double({ min: 0, max: 2, noNaN: true }),
  late: fc.array(
    fc.tuple(
      fc.double({ min: 0, max: 12, noNaN: true }),
      fc.double({ min: 0.1, max: mostThereMs, noNaN: true }),
      fc.double({ min: 0.1, max: 4, noNaN: true }),
    ),
    { minLength: 1, maxLength: 40 },
  ),
})

export interface PlayedPulse {
  readonly pulse: TruePulse
  readonly series: ProbeSeries
  /** The true moments, somewhere within the noted ones. */
  readonly fromMs: number
  readonly toMs: number
}

interface PlayedSample {
  readonly n: number
  readonly failed: boolean
  readonly lagMs: number
  readonly latencyMs: number
}

/** What a right prober measures: a request meets the fault when it arrives while that is on, and nothing else does. */
export function played(
  model: ModelPulse,
  id = 'calibration-new',
  beginMs = startMs + 10 * intervalMs,
  sampled = requestSamples,
): PlayedPulse {
  const { fault, lengthMs, phaseMs, edgeMs } = model
  const fromMs = beginMs + phaseMs
  const toMs = fromMs + lengthMs
  const edge = (atMs: number) => ({ afterMs: atMs - edgeMs / 2, beforeMs: atMs + edgeMs / 2 })
  const first = beginMs - quietSamples * intervalMs
  const count = Math.ceil(lengthMs / intervalMs) + 2 * quietSamples
  const samples = sampled(model, { first, count, fromMs, toMs })
  return {
    ...{ fromMs, toMs },
    pulse: { fault, lengthMs, begin: edge(fromMs), end: edge(toMs), lagMs: mostThereMs },
    series: {
      ...{ id, title: id, target: 'http://127.0.0.1:1/', intervalMs, deadlineMs },
      ...{ startMs: first, endMs: first + samples.length * intervalMs },
      seq: Uint32Array.from(samples, ({ n }) => n),
      lagMs: Float32Array.from(samples, ({ lagMs }) => lagMs),
      latencyMs: Float32Array.from(samples, ({ latencyMs }) => latencyMs),
      outcome: Uint8Array.from(samples, ({ failed }) => (failed ? outcomes.failed : outcomes.ok)),
      error: Uint8Array.from(samples, ({ failed }) => (failed ? errors.indexOf(classes[fault]) : 0)),
      backend: new Uint8Array(samples.length),
      ...{ errors, backends: [''] },
    },
  }
}

interface Played {
  readonly first: number
  readonly count: number
  readonly fromMs: number
  readonly toMs: number
}

function requestSamples({ fault, late }: ModelPulse, { first, count, fromMs, toMs }: Played): readonly PlayedSample[] {
  return Array.from({ length: count }, (_, n) => {
    const [lagMs = 0, thereMs = 0, backMs = 0] = late[n % late.length] ?? []
    const plannedMs = first + n * intervalMs
    const arrivedMs = plannedMs + lagMs + thereMs
    const isHit = arrivedMs >= fromMs && arrivedMs < toMs
    const answeredMs = (isHit && fault === 'freeze' ? toMs : arrivedMs) + backMs
    const isLate = answeredMs > plannedMs + deadlineMs
    const failed = isHit && (fault !== 'freeze' || isLate)
    const doneMs = failed && needsDeadline(fault) ? plannedMs + deadlineMs + backMs : answeredMs
    return { n, failed, lagMs, latencyMs: doneMs - plannedMs }
  })
}

/**
 * A stream whose lines are replaced while the fault is on. A sample is answered by the first line that was sent after it was planned;
 * a line that is none fails all that wait, or else the next sample.
 */
export function lineSamples({ late }: ModelPulse, { first, count, fromMs, toMs }: Played): readonly PlayedSample[] {
  const lines = Array.from({ length: (count * intervalMs) / lineIntervalMs + 8 }, (_, n) => {
    const [, thereMs = 0, backMs = 0] = late[n % late.length] ?? []
    const sentMs = first + n * lineIntervalMs + thereMs
    return { bad: sentMs >= fromMs && sentMs < toMs, sentMs, heardMs: sentMs + backMs }
  })
  let told = 0
  return Array.from({ length: count }, (_, n) => {
    const [lagMs = 0] = late[n % late.length] ?? []
    const plannedMs = first + n * intervalMs
    const askedMs = plannedMs + lagMs
    const unclaimed = lines.findIndex(({ bad, heardMs }, at) => at >= told && bad && heardMs < askedMs)
    const answer = lines.findIndex(({ bad, sentMs, heardMs }) => heardMs >= askedMs && (bad || sentMs >= plannedMs))
    const isTold = unclaimed >= 0
    const { bad = false, heardMs = askedMs } = lines[answer] ?? {}
    if (isTold || bad) told = isTold ? lines.findLastIndex(({ heardMs: ms }) => ms < askedMs) + 1 : answer + 1
    return { n, failed: isTold || bad, lagMs, latencyMs: (isTold ? askedMs : heardMs) - plannedMs }
  })
}
