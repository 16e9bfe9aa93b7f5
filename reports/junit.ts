import junit, { type Builder } from 'junit-report-builder'
import { suiteOf, type TestSuite } from './test-suite.ts'
import type { Reporter } from './reporter.ts'

/**
 * `junit.xml`: one case per check, named by its id; the figures of the run are properties. pass → passed, fail → `<failure>`, unknown →
 * `<error>`, because CI must not show an unknown result green.
 */
export const junitReporter: Reporter = {
  id: 'junit',
  render: ({ record }) => [{ path: 'junit.xml', content: junitXml([suiteOf(record)]) }],
}

/** The package's types have the default export one level deeper than Node finds it. */
const builders = junit as unknown as Builder

/** The document of these suites. */
export function junitXml(suites: readonly TestSuite[]): string {
  const builder = builders.newBuilder().name('drill')
  for (const one of suites) {
    const suite = builder.testSuite().name(xmlText(one.name))
    if (one.startedAt !== null) suite.timestamp(new Date(one.startedAt))
    if (one.durationMs !== null) suite.time(one.durationMs / 1000)
    for (const [name, value] of one.properties) suite.property(xmlText(name), xmlText(value))
    for (const { id, title, verdict, summary, details, skipped } of one.cases) {
      const testCase = suite.testCase().className(xmlText(one.className)).name(xmlText(id))
      const body = xmlText([title, summary, ...details].join('\n'))
      if (skipped) testCase.skipped().standardOutput(body)
      else if (verdict === 'pass') testCase.standardOutput(body)
      else if (verdict === 'fail') testCase.failure(xmlText(summary), 'fail').stacktrace(body)
      else testCase.error(xmlText(summary), 'unknown', body)
    }
  }
  return builder.build()
}

/** XML 1.0 has no way to write other control characters, lone surrogates or U+FFFE and U+FFFF. */
const xmlText = (text: string) =>
  text.toWellFormed().replaceAll(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
