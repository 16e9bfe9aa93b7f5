import type { RunRecord, Verdict } from '../../harness/model/run-record.ts'
import { outcomeOf } from '../comparison/outcome.ts'
import { runFigures, type Figure } from '../comparison/run-figures.ts'
import { changesBetween, type Change } from '../comparison/settings.ts'
import type { StoredRun } from '../comparison/stored-run.ts'
import { outlierOf, typicalOf, type Typical } from './outliers.ts'

/** A run of a drill. */
export interface Night {
  readonly id: string
  readonly startedAt: string
  readonly href: string | null
  /** Whether it ended as its scenario is made to end; budgets decide, not the trend. */
  readonly verdict: Verdict
  readonly summary: string
  /** What it ran with that the night before did not. */
  readonly changed: readonly Change[]
}

/** A figure over the nights of a drill; the arrays have one entry per night. */
export interface Trend {
  readonly id: string
  readonly title: string
  readonly unit: Figure['unit']
  readonly values: readonly (number | null)[]
  /** By which each night was judged, grown for a slow host; null where there is none. */
  readonly budgets: readonly (number | null)[]
  /** Undefined for too few nights. */
  readonly typical: Typical | undefined
  /** Far from what is usual. */
  readonly outliers: readonly ('high' | 'low' | null)[]
}

/** All nights of one drill, the oldest first. */
export interface Series {
  /** The words after `drill run`. */
  readonly drill: string
  readonly scenario: string
  readonly topology: RunRecord['topology']
  readonly nights: readonly Night[]
  /** Only figures that some night measured. */
  readonly trends: readonly Trend[]
}

/** The nights of each drill; drills whose last night did not end as expected first, then those with an outlier in it. */
export function seriesOf(runs: readonly StoredRun[]): readonly Series[] {
  const all = [...Map.groupBy(runs, ({ drill }) => drill)].map(([drill, own]) => oneSeries(drill, own))
  const rank = (series: Series) => {
    const verdict = series.nights.at(-1)?.verdict ?? 'unknown'
    return { fail: 0, unknown: 1, pass: outliersOf(series).length > 0 ? 2 : 3 }[verdict]
  }
  return all.toSorted((a, b) => rank(a) - rank(b) || a.drill.localeCompare(b.drill, 'en'))
}

/** The trends in which the last night is an outlier. */
export const outliersOf = ({ trends }: Series): readonly Trend[] =>
  trends.filter(({ outliers }) => (outliers.at(-1) ?? null) !== null)

function oneSeries(drill: string, unsorted: readonly StoredRun[]): Series {
  const runs = unsorted.toSorted((a, b) => Date.parse(a.record.startedAt) - Date.parse(b.record.startedAt))
  const records = runs.map(({ record }) => record)
  return {
    ...{ drill, scenario: records[0]?.scenario.id ?? '' },
    topology: records[0]?.topology ?? { controlPlanes: 0, workers: 0 },
    nights: runs.map((run, index) => nightOf(run, runs[index - 1])),
    trends: runFigures
      .map((figure) => trendOf(figure, records))
      .filter(({ values }) => values.some((one) => one !== null)),
  }
}

function nightOf(run: StoredRun, before: StoredRun | undefined): Night {
  const { id, startedAt } = run.record
  const changed = before === undefined ? [] : changesBetween(before, run)
  return { id, startedAt, href: run.href, ...outcomeOf(run.record), changed }
}

function trendOf({ id, title, unit, noise, valueOf, budgetOf }: Figure, records: readonly RunRecord[]): Trend {
  const values = records.map(valueOf)
  const typical = typicalOf(values, noise)
  return {
    ...{ id, title, unit, values, typical },
    budgets: records.map((record) => budgetOf?.(record) ?? null),
    outliers: values.map((value) => outlierOf(value, typical) ?? null),
  }
}
