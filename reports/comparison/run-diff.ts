import type { Finding, RunRecord, Verdict } from '../../harness/model/run-record.ts'
import { worstOf } from '../../harness/model/run-record.ts'
import { formatFigure } from './format-figure.ts'
import { runFigures, type Figure } from './run-figures.ts'
import type { StoredRun } from './stored-run.ts'
import { changesBetween, type Change } from './settings.ts'

/** A figure of two runs. */
export interface FigureDiff {
  readonly group: 'run' | 'milestone' | `path ${string}`
  readonly id: string
  readonly title: string
  readonly unit: Figure['unit']
  readonly before: number | null
  readonly after: number | null
  /** `same`: the difference is noise. `missing`: only one of them measured it. */
  readonly change: 'better' | 'same' | 'worse' | 'missing'
}

/** A check in two runs; null where a run did not judge it. */
export interface FindingDiff {
  readonly id: string
  readonly before: Pick<Finding, 'verdict' | 'summary'> | null
  readonly after: Pick<Finding, 'verdict' | 'summary'> | null
  readonly change: 'better' | 'same' | 'worse'
}

export interface RunDiff {
  readonly before: { readonly id: string; readonly verdict: Verdict }
  readonly after: { readonly id: string; readonly verdict: Verdict }
  /** What differs in what they ran with. */
  readonly changed: readonly Change[]
  readonly figures: readonly FigureDiff[]
  readonly findings: readonly FindingDiff[]
  /** What got worse, a line each: checks first. */
  readonly worse: readonly string[]
}

/** A difference of less than a tenth says nothing either. */
const noiseShare = 0.1

/** Two runs side by side: what they ran with, milestones, paths and checks, and what is worse in the second. */
export function diffOf(one: Pick<StoredRun, 'record' | 'drill'>, other: Pick<StoredRun, 'record' | 'drill'>): RunDiff {
  const [before, after] = [one.record, other.record]
  const figures = [
    ...runFigures.map((figure) => figureDiff('run', figure, before, after)),
    ...milestoneFigures(before, after).map((figure) => figureDiff('milestone', figure, before, after)),
    ...pathsOf(before, after).flatMap((id) =>
      pathFigures(id).map((figure) => figureDiff(`path ${id}`, figure, before, after)),
    ),
  ]
  const findings = findingDiffs(before, after)
  return {
    before: { id: before.id, verdict: before.verdict ?? 'unknown' },
    after: { id: after.id, verdict: after.verdict ?? 'unknown' },
    changed: changesBetween(one, other),
    ...{ figures, findings },
    worse: [
      ...findings.filter(({ change }) => change === 'worse').map(findingText),
      ...figures.filter(isWorse).map(figureText),
    ],
  }
}

function figureDiff(group: FigureDiff['group'], figure: Figure, one: RunRecord, other: RunRecord): FigureDiff {
  const { id, title, unit, noise, valueOf } = figure
  const [before, after] = [valueOf(one), valueOf(other)]
  const of = (change: FigureDiff['change']): FigureDiff => ({ group, id, title, unit, before, after, change })
  if (before === null || after === null) return of(before === after ? 'same' : 'missing')
  const grew = after - before
  if (Math.abs(grew) <= Math.max(noise, before * (noise === 0 ? 0 : noiseShare))) return of('same')
  return of(grew > 0 ? 'worse' : 'better')
}

function milestoneFigures(before: RunRecord, after: RunRecord): readonly Figure[] {
  const titles = new Map([...after.milestones, ...before.milestones].map(({ id, title }) => [id, title]))
  return [...titles].map(([id, title]) => ({
    ...{ id, title, unit: 'ms', noise: 1000 },
    valueOf: ({ milestones }) => milestones.find((milestone) => milestone.id === id)?.atMs ?? null,
  }))
}

const pathsOf = (before: RunRecord, after: RunRecord) => [
  ...new Set([...before.probes, ...after.probes].map(({ id }) => id)),
]

function pathFigures(path: string): readonly Figure[] {
  const figure = (
    ...[id, title, unit, noise, value]: readonly [
      ...[string, string, Figure['unit'], number],
      (probe: RunRecord['probes'][number]) => number | null,
    ]
  ): Figure => ({
    ...{ id, title, unit, noise },
    valueOf: ({ probes }) => {
      const probe = probes.find((one) => one.id === path)
      return probe === undefined ? null : value(probe)
    },
  })
  return [
    figure('failed', 'failed', 'count', 0, (probe) => probe.failed),
    figure('unmeasured', 'unmeasured', 'count', 50, (probe) => probe.unmeasured),
    figure('longest-gap', 'longest gap', 'ms', 20, (probe) => probe.longestGapMs),
    figure('outage-bound', 'no outage longer than', 'ms', 20, (probe) => probe.outageBoundMs),
    figure('p99', 'p99', 'ms', 5, (probe) => probe.latencyMs?.p99 ?? null),
  ]
}

function findingDiffs(before: RunRecord, after: RunRecord): readonly FindingDiff[] {
  const ids = [...new Set([...after.findings, ...before.findings].map(({ id }) => id))]
  return ids.map((id) => {
    const [one, other] = [before, after].map(({ findings }) => {
      const found = findings.find((finding) => finding.id === id)
      return found === undefined ? null : { verdict: found.verdict, summary: found.summary }
    })
    return { id, before: one ?? null, after: other ?? null, change: verdictChange(one?.verdict, other?.verdict) }
  })
}

/** A check that is not judged any more is no better than an unknown one. */
function verdictChange(before: Verdict = 'unknown', after: Verdict = 'unknown'): FindingDiff['change'] {
  if (before === after) return 'same'
  return worstOf([before, after]) === after ? 'worse' : 'better'
}

/** A milestone that is not reached any more, a figure that is not measured any more: worse as well. */
const isWorse = ({ change, after }: FigureDiff) => change === 'worse' || (change === 'missing' && after === null)

const findingText = ({ id, before, after }: FindingDiff) =>
  `${id}: ${before?.verdict ?? 'not judged'} → ${after?.verdict ?? 'not judged'}${after === null ? '' : `, ${after.summary}`}`

function figureText({ group, title, unit, before, after }: FigureDiff): string {
  const text = (value: number | null) => (value === null ? 'not known' : formatFigure(unit, value))
  return `${group === 'run' ? '' : `${group}, `}${title}: ${text(before)} → ${text(after)}`
}
