import { expect, test } from 'vitest'
import { fakeRun, fakeRunKinds, type FakeRunKind } from '../harness/testing/fake-run.ts'
import { junitReporter } from './junit.ts'
import { junitProblems } from './testing/junit-problems.ts'

const xmlOf = (kind: FakeRunKind) => junitReporter.render(fakeRun(kind, { samples: 3000 }))[0]?.content ?? ''
const suiteOf = (xml: string) => /<testsuite [^>]*>/.exec(xml)?.[0] ?? ''
const casesOf = (xml: string) =>
  [...xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"/g)].map(
    (match) => `${match[1] ?? ''} ${match[2] ?? ''}`,
  )

test.each(fakeRunKinds)('%s: valid by the schema', async (kind) => {
  expect(await junitProblems(xmlOf(kind))).toEqual([])
})

test('a document that is not by the schema is found', async () => {
  const xml = xmlOf('pass')
  expect(await junitProblems(xml.replace('name="fault-proved"', 'name="recovered"'))).not.toEqual([])
  expect(await junitProblems(xml.replace('</properties>', ''))).not.toEqual([])
})

test('one case per check, by its id', () => {
  const xml = xmlOf('pass')
  expect(suiteOf(xml)).toMatch(/tests="9".*failures="0".*errors="0"/)
  expect(casesOf(xml)).toContain('drill.lost-pki no-downtime')
  expect(casesOf(xml)).toHaveLength(9)
  for (const property of [
    ...['name="milestone.recovered.ms" value="39744.5"', 'name="budget.recovered.ms" value="40000"'],
    ...['name="probe.pod.planned" value="3000"', 'name="probe.pod.failed" value="0"'],
    ...['name="repair.cpuSeconds" value="52.4"', 'name="version.kubernetes" value="v1.36.4"'],
  ])
    expect(xml).toContain(`<property ${property}/>`)
})

test('a failed check is a failure with its evidence', () => {
  const xml = xmlOf('outage')
  expect(suiteOf(xml)).toMatch(/failures="1".*errors="0"/)
  expect(xml).toContain('<failure message="cluster-ip-new: 92 probes failed')
})

test('an unknown check is an error: no CI shows it green', () => {
  const xml = xmlOf('unknown')
  expect(suiteOf(xml)).toMatch(/failures="0".*errors="1"/)
  expect(xml).toMatch(/<error message="pod: an outage of up to[^>]* type="unknown"/)
})

test('a run that ended early is no empty, green suite', () => {
  const xml = xmlOf('aborted')
  expect(suiteOf(xml)).toMatch(/tests="1".*errors="1"/)
  expect(casesOf(xml)).toEqual(['drill.lost-pki run-completed'])
})

test('hostile text is well-formed XML: JUnit’s elements only, and no character that XML forbids', () => {
  const run = fakeRun('hostile', { samples: 10 })
  const findings = run.record.findings.map((finding) => ({ ...finding, details: [']]><evil/>'] }))
  const xml = junitReporter.render({ ...run, record: { ...run.record, findings } })[0]?.content ?? ''
  const markup = xml.replaceAll(/<!\[CDATA\[.*?\]\]>/gs, '')
  const elements = new Set([...markup.matchAll(/<\/?([a-zA-Z-]+)/g)].map((match) => match[1]))
  expect([...elements].toSorted()).toEqual([
    'error',
    'failure',
    'properties',
    'property',
    'testcase',
    'testsuite',
    'testsuites',
  ])
  expect(xml).not.toMatch(/(?![\t\n\r])\p{Cc}/u)
})
