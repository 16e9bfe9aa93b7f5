import type { RunRecord, Verdict } from '../harness/model/run-record.ts'
import { suiteOf, type TestCase, type TestSuite } from './test-suite.ts'
import type { Reporter } from './reporter.ts'

/**
 * `ctrf.json`: the Common Test Report Format. One test per check; the figures of the run are in `results.extra`. The format knows no
 * error beside a failure, so that an unknown check is failed too, because CI must not show it green; `rawStatus` has the verdict.
 */
export const ctrfReporter: Reporter = {
  id: 'ctrf',
  render: ({ record }) => [{ path: 'ctrf.json', content: ctrfJson([suiteOf(record)], environmentOf(record)) }],
}

const statuses: Readonly<Record<Verdict, 'passed' | 'failed'>> = { pass: 'passed', fail: 'failed', unknown: 'failed' }

/** The document of these suites, whose names must differ. */
export function ctrfJson(
  suites: readonly TestSuite[],
  environment: Readonly<Record<string, string | undefined>> = {},
): string {
  const tests = suites.flatMap((suite) => suite.cases.map((one) => testOf(suite, one)))
  const countOf = (status: string) => tests.filter((test) => test.status === status).length
  const times = suites.flatMap(({ startedAt, durationMs }) =>
    startedAt === null ? [] : [Date.parse(startedAt), Date.parse(startedAt) + Math.round(durationMs ?? 0)],
  )
  const [start, stop] = times.length === 0 ? [0, 0] : [Math.min(...times), Math.max(...times)]
  const summary = {
    ...{ tests: tests.length, passed: countOf('passed'), failed: countOf('failed'), skipped: countOf('skipped') },
    ...{ pending: 0, other: 0, suites: suites.length, start, stop, duration: stop - start },
  }
  const extra = Object.fromEntries(suites.map(({ name, properties }) => [name, Object.fromEntries(properties)]))
  const results = { tool: { name: 'drill' }, summary, tests, environment, extra }
  return `${JSON.stringify({ reportFormat: 'CTRF', specVersion: '0.0.0', generatedBy: 'drill', results }, null, 1)}\n`
}

/** A check has no duration of its own: it judges what was collected while the cluster ran. */
function testOf({ name, className }: TestSuite, { id, title, verdict, summary, details, skipped }: TestCase) {
  return {
    ...{ testId: `${className}.${id}`, name: id, suite: [name], type: 'drill' },
    ...{ status: skipped ? 'skipped' : statuses[verdict], rawStatus: verdict, duration: 0 },
    ...{ message: summary, trace: details.join('\n'), extra: { title } },
  }
}

const environmentOf = ({ id, git, versions }: RunRecord) => ({
  ...{ reportName: id, appName: 'drill', appVersion: versions['drill'], commit: git.commit ?? undefined },
  ...{ osPlatform: 'linux', osRelease: versions['kernel'] },
})
