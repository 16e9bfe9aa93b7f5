import type { z } from 'zod'
import type { JournalEvent } from '../../../model/journal.ts'
import type { ProbeSeries } from '../../../model/probe-series.ts'
import type { RunView } from '../../../model/run-view.ts'
import type { SecondSeries } from '../../../model/second-series.ts'
import { NotApplicableError } from './mutant.ts'

type Change = (run: RunView) => RunView

/** Edits a copy of evidence/<name>.json; `run` is the run as it was. */
export const inEvidence =
  <T>(name: string, schema: z.ZodType<T>, edit: (seen: T, run: RunView) => void): Change =>
  (run) => {
    const seen = evidenceIn(run, name, schema)
    edit(seen, run)
    return { ...run, evidence: { ...run.evidence, [name]: seen } }
  }

/** A copy of evidence/<name>.json. */
export function evidenceIn<T>(run: RunView, name: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(structuredClone(run.evidence[name]))
  if (!parsed.success) throw new NotApplicableError(`the run has no evidence ${name}`)
  return parsed.data
}

/** Replaces each event of the journal by what `edit` gives. */
export const inJournal =
  (edit: (event: JournalEvent) => readonly JournalEvent[]): Change =>
  (run) => ({ ...run, events: run.events.flatMap(edit) })

/** Replaces the samples of one path; leaves it out where `edit` gives nothing. */
export const inSamples =
  (path: string, edit: (series: ProbeSeries, run: RunView) => ProbeSeries | undefined): Change =>
  (run) => {
    theOne(run.series, ({ id }) => id === path, `path ${path}`)
    return { ...run, series: run.series.flatMap((one) => (one.id === path ? (edit(one, run) ?? []) : [one])) }
  }

/** Replaces what the second prober wrote of one path; leaves it out where `edit` gives nothing. */
export const inSecondSamples =
  (path: string, edit: (series: SecondSeries, run: RunView) => SecondSeries | undefined): Change =>
  (run) => {
    const { secondSeries = [] } = run
    theOne(secondSeries, ({ id }) => id === path, `path ${path} of a second prober`)
    return { ...run, secondSeries: secondSeries.flatMap((one) => (one.id === path ? (edit(one, run) ?? []) : [one])) }
  }

/** The first that is meant. Throws NotApplicableError where there is none. */
export function theOne<T>(list: readonly T[], isMeant: (one: T) => boolean, what: string): T {
  const found = list.find(isMeant)
  if (found === undefined) throw new NotApplicableError(`the run has no ${what}`)
  return found
}

/** Removes the first that is meant from a list, and gives it. */
export function takeOut<T>(list: T[], isMeant: (one: T) => boolean, what: string): T {
  const found = theOne(list, isMeant, what)
  list.splice(list.indexOf(found), 1)
  return found
}
