import { z } from 'zod'
import type { Check } from '../../model/check.ts'
import { count, counted } from '../../model/format.ts'
import { outcomes, type ProbeSeries } from '../../model/probe-series.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { RunView } from '../../model/run-view.ts'
import type { SecondSeries } from '../../model/second-series.ts'
import { type Agreement, agreementOf, type Said } from '../../probe/analysis/agreement.ts'
import { conclude } from '../conclude.ts'
import { gapText } from '../probe-summary-text.ts'

const check = { id: 'probers-agree', title: 'A second prober saw the same' }

/** The first prober's end and the second's are so far apart at most: they are stopped at once. */
const endsTogetherMs = 5000

interface Compared {
  readonly first: ProbeSeries
  readonly second: SecondSeries
  readonly agreement: Agreement
}

/**
 * A program in another language, that shares nothing with the first prober, sampled some of its paths. Where one saw what by the other is
 * not possible, one of the two is wrong, and nobody knows which: the run is unknown. Pass or unknown, never fail.
 */
export const probersAgree: Check = {
  ...check,
  judge(run) {
    const { series, secondSeries = [], record } = run
    const compared = secondSeries.flatMap((second): readonly Compared[] => {
      const first = series.find(({ id, target }) => id === second.id && target === second.target)
      return first ? [{ first, second, agreement: agreementOf(first, second) }] : []
    })
    const samples = compared.reduce((sum, { second }) => sum + second.seq.length, 0)
    const largest = (of: (agreement: Agreement) => number) =>
      Math.max(0, ...compared.map(({ agreement }) => of(agreement)))
    return conclude(check, {
      failures: [],
      unknowns: [...missing(run, compared), ...compared.flatMap((one) => doubtsOf(one, record))],
      claim: `${counted(compared.length, 'path')}, ${count(samples)} samples by the second prober: longest gap ${gapText(largest(({ second }) => second.gapMs ?? 0))}, by the first ${gapText(largest(({ first }) => first.gapMs ?? 0))}; neither saw what by the other is not possible`,
      facts: compared.flatMap(factsOf),
    })
  },
}

/** What was to be compared, and is not there. */
function missing({ events, secondSeries = [] }: RunView, compared: readonly Compared[]): readonly string[] {
  const planned = events.flatMap(({ type, ...data }) =>
    type === 'second-prober.started' ? z.array(z.string()).catch([]).parse(data['paths']) : [],
  )
  const wanted = [...new Set([...planned, ...secondSeries.map(({ id }) => id)])]
  return [
    ...(wanted.length === 0 ? ['the second prober left no samples'] : []),
    ...wanted
      .filter((path) => !compared.some(({ first }) => first.id === path))
      .map((path) => `${path}: was to be sampled by both probers, and was not`),
  ]
}

function doubtsOf({ first, second, agreement }: Compared, record: RunRecord): readonly string[] {
  const { injectedAtMs, phases, budgets } = record
  const fromNeededMs = injectedAtMs ?? phases.find(({ id }) => id === 'settle')?.fromMs ?? Infinity
  const { gapMs, possibleMs } = agreement.second
  const doubts = [
    ...(second.ended ? [] : ['the second prober did not end by itself, it was killed']),
    ...(agreement.fromMs > fromNeededMs ? ['both probers sampled only after the loss'] : []),
    ...(agreement.toMs < first.endMs - endsTogetherMs ? ['the second prober ended before the first'] : []),
    ...(gapMs === null ? ['fewer than two samples of the second prober succeeded'] : []),
    ...(possibleMs > budgets.longestGapMs && (gapMs ?? 0) <= budgets.longestGapMs
      ? [
          `the second prober leaves an outage of up to ${gapText(possibleMs)} possible, allowed are ${gapText(budgets.longestGapMs)}`,
        ]
      : []),
    ...agreement.contradictions,
  ]
  return doubts.map((doubt) => `${second.id}: ${doubt}`)
}

function factsOf({ first, second, agreement }: Compared): readonly string[] {
  return [
    ...(['first', 'second'] as const).map(
      (prober) =>
        `${second.id}, ${prober} prober: ${samplesText(prober === 'first' ? first : second)}; ${saidText(agreement[prober])}`,
    ),
    `${second.id}: a gap may exceed what is possible by the other by ${gapText(agreement.gapToleranceMs)} (an interval of each and a deadline), a proved outage by ${gapText(first.intervalMs + second.intervalMs)}`,
    ...(second.cpuMs === null
      ? []
      : [`${second.id}: the second prober used ${count(second.cpuMs)} ms of processor time`]),
  ]
}

function samplesText({ outcome }: ProbeSeries): string {
  const failed = outcome.filter((one) => one === outcomes.failed).length
  return `${count(outcome.length)} samples, ${count(failed)} failed`
}

const saidText = ({ provedMs, gapMs, possibleMs }: Said) =>
  `longest outage proved ${gapText(provedMs)}, longest gap ${gapText(gapMs)}, no outage longer than ${gapText(possibleMs)} possible`
