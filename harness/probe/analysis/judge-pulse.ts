import type { Pulse, TruePulse } from '../../model/calibration.ts'
import { connectionOn, type TargetFault } from '../../model/calibration-plan.ts'
import { counted } from '../../model/format.ts'
import { lineIntervalMs } from '../../model/probe-path.ts'
import { outcomes, type ProbeSeries, stallMs } from '../../model/probe-series.ts'
import { outagesOf } from './outages.ts'
import { plannedMs } from './schedule.ts'
import { longestGap } from './success-gap.ts'
import { unmeasuredSlots } from './unmeasured-slots.ts'
import { windowOf } from './window.ts'

/** Samples before and after a pulse by which it is judged; the target leaves twice as many between two. */
const margin = 3

/** In place of a kept connection that is reset or stalls, and of a datagram, something new is tried at once. */
const broken = ['reset', 'kept-connection-broken']
const silent = ['response-timeout', 'connect-timeout', 'kept-connection-stalled', 'retry-answered']

/** What a fault may look like to the prober. */
const looksLike: Readonly<Record<TargetFault, readonly string[]>> = {
  refuse: ['refused', 'retry-answered', ...broken],
  reset: broken,
  drop: [...silent, 'missing-lines'],
  freeze: silent,
  'wrong-body': ['wrong-body', 'wrong-address'],
  'cut-body': ['truncated-body'],
  latency: ['response-timeout', 'kept-connection-stalled', 'retry-answered'],
}

/** What is sent meanwhile is answered when it ends, as of a freeze; a stream that swallows lines goes on with later ones. */
const isHolding = ({ fault }: TruePulse, path: string): boolean =>
  fault === 'freeze' || (fault === 'drop' && connectionOn(path) === 'stream')

interface Sample {
  readonly ok: boolean
  readonly error: string
  readonly sentMs: number
  readonly doneMs: number
}

type Judged = Pick<Pulse, 'verdict' | 'reason'>

/**
 * A pulse as the target noted it beside what the prober measured on one path.
 * @param all the series of the prober: whichever was sampled late tells that it was held up
 */
export function judgePulse(
  round: string,
  pulse: TruePulse,
  whole: ProbeSeries,
  all: readonly ProbeSeries[] = [whole],
): Pulse {
  const { begin, end, fault } = pulse
  const { intervalMs } = whole
  const series = windowOf(whole, begin.afterMs - margin * intervalMs, end.beforeMs + margin * intervalMs)
  const samples = samplesOf(series)
  // What waits for a line of a stream is taken up only with it.
  const waitMs = connectionOn(whole.id) === 'stream' ? lineIntervalMs : 0
  const slackMs = slackOf(pulse, samples, latestNear(pulse, all, margin * intervalMs), waitMs)
  const measured = measuredOf(series)
  const truth = { lowerMs: Math.max(0, end.afterMs - begin.beforeMs), upperMs: end.beforeMs - begin.afterMs }
  return {
    ...{ round, path: whole.id, fault, atMs: rounded(begin.afterMs) },
    ...{ truth: { lowerMs: rounded(truth.lowerMs), upperMs: rounded(truth.upperMs) }, measured },
    slackMs: rounded(slackMs),
    ...verdictOf(pulse, series, { samples, slackMs, measured, truth }),
  }
}

interface Facts extends Pick<Pulse, 'measured' | 'truth' | 'slackMs'> {
  readonly samples: readonly Sample[]
}

function verdictOf(pulse: TruePulse, series: ProbeSeries, facts: Facts): Judged {
  const { samples, slackMs, measured } = facts
  const nearMs = margin * series.intervalMs
  const missing = unmeasuredSlots(series).filter((n) =>
    edgesOf(pulse, nearMs).some(([fromMs, toMs]) => plannedMs(series, n) >= fromMs && plannedMs(series, n) <= toMs),
  ).length
  if (missing > 0 || samples.length < 2 * margin)
    return { verdict: 'unmeasured', reason: `not measured near its ends: ${counted(missing, 'sample')}` }
  if (slackMs > stallMs)
    return { verdict: 'unmeasured', reason: `prober or target were late by ${slackMs.toFixed(0)} ms` }
  const holding = isHolding(pulse, series.id)
  const [wrong] = [...wrongSamples(pulse, facts, series), ...wrongFigures(holding, series, facts)]
  if (wrong !== undefined) return { verdict: 'wrong', reason: wrong }
  const isSeen = measured.samples > 0 || (holding && isHeld(pulse, samples))
  return isSeen ? { verdict: 'seen', reason: '' } : { verdict: 'between', reason: 'no sample fell into it' }
}

/** Some answer waited for the end. */
const isHeld = ({ begin, end }: TruePulse, samples: readonly Sample[]): boolean =>
  samples.some(
    ({ ok, sentMs, doneMs }) => ok && sentMs >= begin.afterMs && sentMs < end.afterMs && doneMs >= end.afterMs,
  )

/** Single samples that cannot be, whatever the figures. */
function wrongSamples(
  pulse: TruePulse,
  { samples, slackMs }: Facts,
  { id: path, intervalMs }: ProbeSeries,
): readonly string[] {
  const { fault, begin, end } = pulse
  const holding = isHolding(pulse, path)
  const tellingMs = toldLaterMs(path, intervalMs) && intervalMs + slackMs
  return samples.flatMap(({ ok, error, sentMs, doneMs }) => {
    const at = `${(sentMs - begin.afterMs).toFixed(1)} ms after it began`
    const surelyWithin = sentMs >= begin.beforeMs && sentMs + slackMs <= end.afterMs
    const surelyWithout = sentMs + slackMs < begin.afterMs || sentMs > end.beforeMs + tellingMs
    if (ok && surelyWithin && (!holding || doneMs < end.afterMs)) return [`a sample that was sent ${at} succeeded`]
    if (!ok && surelyWithout) return [`a sample that was sent ${at} failed (${error})`]
    if (!ok && !looksLike[fault].includes(error) && !isSwallowed(fault, path, error))
      return [`a sample failed as ${error}`]
    return []
  })
}

/** Where no sample waits for a line of a stream, what happens to it is told by the next one, up to an interval later. */
const toldLaterMs = (path: string, intervalMs: number): number => (connectionOn(path) === 'stream' ? intervalMs : 0)

/** A datagram that lies in the socket when that is closed is refused by nobody; its second try may be, or be swallowed likewise. */
const isSwallowed = (fault: TargetFault, path: string, error: string): boolean =>
  fault === 'refuse' && connectionOn(path) === 'datagram' && error === 'response-timeout'

/**
 * The figures that cannot be. A request is taken up between its sending and `slack` later, and the grid has a sample each interval;
 * the rest follows (docs/calibration.md). Of a freeze what is answered within the deadline has not failed.
 */
function wrongFigures(
  holding: boolean,
  { id, intervalMs, deadlineMs }: ProbeSeries,
  { measured, truth: { lowerMs, upperMs }, slackMs }: Facts,
): readonly string[] {
  const { samples, longestGapMs } = measured
  const within = (what: string, ms: number, leastMs: number, mostMs: number): readonly string[] =>
    ms >= leastMs && ms <= mostMs
      ? []
      : [`${what} is ${ms.toFixed(1)} ms, possible are ${Math.max(0, leastMs).toFixed(1)} to ${mostMs.toFixed(1)} ms`]
  // Its last failure may be told later, its first one not.
  const longestMs = upperMs + toldLaterMs(id, intervalMs)
  const edges = 2 * (intervalMs + slackMs)
  const failing = holding ? Math.max(0, lowerMs - deadlineMs) : lowerMs
  if (longestGapMs === null) return ['fewer than two samples succeeded around it']
  const gap = within('the longest gap', longestGapMs, lowerMs - slackMs, longestMs + edges)
  if (samples === 0) return holding ? gap : []
  return [
    ...within('the lower bound', measured.lowerMs, 0, longestMs + slackMs),
    ...within('the point', measured.pointMs, failing - intervalMs - slackMs, longestMs + intervalMs + slackMs),
    ...within('the upper bound', measured.upperMs, lowerMs - slackMs, longestMs + edges),
    ...gap,
  ]
}

/** When the figures are made: around begin and end. What happens to the prober between them changes nothing. */
const edgesOf = ({ begin, end }: TruePulse, nearMs: number): readonly (readonly [fromMs: number, toMs: number])[] => [
  [begin.afterMs - nearMs, begin.beforeMs + nearMs],
  [end.afterMs - nearMs, end.beforeMs + nearMs],
]

/** How late the prober was at most around begin and end, on any path. */
function latestNear(pulse: TruePulse, all: readonly ProbeSeries[], nearMs: number): number {
  return Math.max(0, ...edgesOf(pulse, nearMs).flatMap(([from, to]) => all.map((series) => maxLag(series, from, to))))
}

function maxLag(series: ProbeSeries, fromMs: number, toMs: number): number {
  let latest = 0
  for (let row = firstRowFrom(series, fromMs); row < series.seq.length; row++) {
    if (plannedMs(series, series.seq[row] ?? 0) > toMs) break
    latest = Math.max(latest, series.lagMs[row] ?? 0)
  }
  return latest
}

/** The first row that was planned then or later; there may be a million. */
function firstRowFrom(series: ProbeSeries, atMs: number): number {
  let [low, high] = [0, series.seq.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (plannedMs(series, series.seq[middle] ?? 0) < atMs) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * How much later than planned a request may have been taken up. The prober may be held up before it connects and before it writes,
 * the target before it accepts and before it reads; beyond that it takes as long as others took.
 */
function slackOf(
  { begin, end, lagMs }: TruePulse,
  samples: readonly Sample[],
  latestMs: number,
  waitMs: number,
): number {
  const apart = samples.filter(({ ok, sentMs, doneMs }) => ok && (doneMs < begin.afterMs || sentMs > end.beforeMs))
  return 2 * latestMs + 2 * lagMs + Math.max(waitMs, ...apart.map(({ sentMs, doneMs }) => doneMs - sentMs))
}

/** All outages in the window as one: within a pulse there is no success, see wrongSamples. */
function measuredOf(series: ProbeSeries): Pulse['measured'] {
  const outages = outagesOf(series)
  const [first, last] = [outages.at(0), outages.at(-1)]
  const gap = longestGap(series)
  const span = (toMs: number) => (first ? rounded(toMs - first.fromMs) : 0)
  return {
    samples: outages.reduce((sum, { samples }) => sum + samples, 0),
    lowerMs: last ? span(last.fromMs + last.lowerMs) : 0,
    pointMs: last ? span(last.fromMs + last.pointMs) : 0,
    upperMs: last ? span(last.fromMs + last.upperMs) : 0,
    longestGapMs: gap ? rounded(gap.ms) : null,
    errors: [...new Set(outages.flatMap(({ errors }) => errors))],
  }
}

function samplesOf(series: ProbeSeries): readonly Sample[] {
  return Array.from(series.seq, (n, row) => {
    const atMs = plannedMs(series, n)
    return {
      ok: series.outcome[row] === outcomes.ok,
      error: series.errors[series.error[row] ?? 0] ?? 'unknown',
      sentMs: atMs + (series.lagMs[row] ?? 0),
      doneMs: atMs + (series.latencyMs[row] ?? 0),
    }
  })
}

/** To a thousandth of a millisecond: more is noise of the arithmetic. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000
