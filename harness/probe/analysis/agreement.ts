import type { ProbeSeries } from '../../model/probe-series.ts'
import { outageBound } from './outage-bound.ts'
import { type Outage, outagesOf } from './outages.ts'
import { longestGap } from './success-gap.ts'
import { windowOf } from './window.ts'

/** What one prober says of a path, as bounds of the longest outage. */
export interface Said {
  /** Proved: from the first to the last of consecutive failures. */
  readonly provedMs: number
  /** Its longest gap between successes; null where fewer than two succeeded. */
  readonly gapMs: number | null
  /** No longer outage is possible, with its interval, its lag and all that it did not measure. */
  readonly possibleMs: number
}

/** Two probers of one path, in the time in which both sampled it. */
export interface Agreement {
  readonly fromMs: number
  readonly toMs: number
  readonly first: Said
  readonly second: Said
  /** By so much a gap that one saw may exceed what is possible by the other. */
  readonly gapToleranceMs: number
  /** What one says and the other excludes, a line each. */
  readonly contradictions: readonly string[]
}

/**
 * Two probers with grids of their own never see the same: between two samples of one a whole outage of the other's may lie, and a
 * request may hang until its deadline while the next is answered. They contradict each other where what one saw is not possible by the
 * other even so:
 *
 * 1. an outage that one proved is longer than any that is possible by the other, by more than an interval of each;
 * 2. a gap of one is longer than that by more than an interval of each and a deadline;
 * 3. so is a proved outage, in the very time in which it was seen.
 *
 * How long each was held up is in what is possible by it.
 */
export function agreementOf(one: ProbeSeries, other: ProbeSeries): Agreement {
  const fromMs = Math.max(one.startMs, other.startMs)
  const toMs = Math.min(one.endMs, other.endMs)
  const [first, second] = [windowOf(one, fromMs, toMs), windowOf(other, fromMs, toMs)]
  const intervalsMs = one.intervalMs + other.intervalMs
  const gapToleranceMs = intervalsMs + Math.max(one.deadlineMs, other.deadlineMs)
  const sides = [
    { name: 'first', seen: first, said: saidBy(first), by: second, excluded: saidBy(second) },
    { name: 'second', seen: second, said: saidBy(second), by: first, excluded: saidBy(first) },
  ] as const
  const contradictions = sides.flatMap(({ name, seen, said, by, excluded }) => {
    const possible = `by the ${name === 'first' ? 'second' : 'first'} prober none over ${ms(excluded.possibleMs)} is possible`
    return [
      ...(said.provedMs > excluded.possibleMs + intervalsMs
        ? [`the ${name} prober saw an outage of ${ms(said.provedMs)} or longer, and ${possible}`]
        : []),
      ...((said.gapMs ?? 0) > excluded.possibleMs + gapToleranceMs
        ? [`the ${name} prober saw a gap of ${ms(said.gapMs ?? 0)}, and ${possible}`]
        : []),
      ...outagesOf(seen)
        .filter((outage) => outage.lowerMs > possibleIn(by, outage) + gapToleranceMs)
        .map(
          ({ lowerMs, fromMs: atMs }) =>
            `the ${name} prober saw an outage of ${ms(lowerMs)} or longer at ${ms(atMs)}, and the other answers at that time`,
        ),
    ]
  })
  return { fromMs, toMs, first: sides[0].said, second: sides[1].said, gapToleranceMs, contradictions }
}

function saidBy(series: ProbeSeries): Said {
  return {
    provedMs: Math.max(0, ...outagesOf(series).map(({ lowerMs }) => lowerMs)),
    gapMs: longestGap(series)?.ms ?? null,
    possibleMs: outageBound(series).ms,
  }
}

/** The longest outage that a prober leaves possible while another saw one. */
function possibleIn(series: ProbeSeries, { fromMs, pointMs }: Outage): number {
  const margin = series.intervalMs + series.deadlineMs
  return outageBound(windowOf(series, fromMs - margin, fromMs + pointMs + margin)).ms
}

const ms = (value: number): string => `${Math.round(value)} ms`
