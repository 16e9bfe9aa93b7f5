import type { Finding, RunRecord } from '../harness/model/run-record.ts'
import { runClaim } from './model/record.ts'
import { runProperties } from './run-properties.ts'

/** A run, or a run that is missing, in a format for results of tests. */
export interface TestSuite {
  readonly name: string
  /** Groups the cases of all runs of a scenario: `drill.lost-pki`. */
  readonly className: string
  readonly startedAt: string | null
  readonly durationMs: number | null
  readonly properties: readonly (readonly [name: string, value: string])[]
  readonly cases: readonly TestCase[]
}

/** `skipped`: its verdict is no pass, and not counted, because the drill is made to give it. */
export type TestCase = Pick<Finding, 'id' | 'title' | 'verdict' | 'summary' | 'details'> & { readonly skipped?: true }

/** The suite of a run: one case per check, named by its id, and the figures as properties. */
export function suiteOf(record: RunRecord): TestSuite {
  const { scenario, startedAt, durationMs } = record
  return {
    name: `drill ${scenario.id}`,
    className: `drill.${scenario.id}`,
    ...{ startedAt, durationMs },
    properties: runProperties(record),
    cases: casesOf(record),
  }
}

/**
 * A run that ended early, or that no check judged, has a case `run-completed` before its checks, which is unknown, so that an empty
 * suite is no success.
 */
function casesOf(record: RunRecord): readonly TestCase[] {
  if (record.error === null && record.findings.length > 0) return record.findings
  const summary =
    record.error === null
      ? runClaim(record)
      : `the run ended early in phase ${record.error.phase}: ${record.error.message}`
  const completed: TestCase = {
    id: 'run-completed',
    title: 'Run completed',
    verdict: 'unknown',
    summary,
    details: record.error?.chain ?? [],
  }
  return [completed, ...record.findings]
}
