import { validate } from 'ctrf'
import { expect, test } from 'vitest'
import { ctrfJson } from '../ctrf.ts'
import { junitXml } from '../junit.ts'
import { junitProblems } from '../testing/junit-problems.ts'
import { nightRun, nights } from '../testing/stored-runs.ts'
import { matrixPage } from './matrix-page.ts'
import { matrixSuites } from './matrix-suites.ts'
import { mergeRuns } from './merge-runs.ts'

const expected = [
  { drill: 'lost-pki --control-planes 1 --workers 2', title: 'on one control plane' },
  { drill: 'noop --control-planes 1 --workers 2', title: 'as it is' },
]
const noop = { ...nightRun(2, 'noop'), drill: 'noop --control-planes 1 --workers 2' }
const damaged = { directory: 'runs/x', reason: 'run.json is no JSON' }

test('a drill of the matrix without a run is unknown, and so is the matrix', () => {
  const { verdict, claim, rows } = mergeRuns(expected, [nightRun(1)], [])
  expect(verdict).toBe('unknown')
  expect(claim).toBe('1 of 1 runs ended as expected; 1 of 2 drills without a run')
  expect(rows.map(({ state, verdict: of }) => [state, of])).toEqual([
    ['run', 'pass'],
    ['missing', 'unknown'],
  ])
})

test('all there and as expected is a pass; the worst of several runs counts', () => {
  expect(mergeRuns(expected, [nightRun(1), noop], []).verdict).toBe('pass')
  const { verdict, claim } = mergeRuns(expected, [nightRun(1), nightRun(2, 'outage'), noop], [])
  expect([verdict, claim]).toEqual(['fail', '2 of 3 runs ended as expected; 1 failed'])
})

test('a run that cannot be read and one that nobody expected are named', () => {
  const other = { ...nightRun(3), drill: 'lost-sa-key --control-planes 1 --workers 2' }
  const { verdict, claim, rows } = mergeRuns(expected, [nightRun(1), noop, other], [damaged])
  expect(verdict).toBe('unknown')
  expect(claim).toBe('3 of 3 runs ended as expected; 1 not readable; 1 not in the matrix')
  expect(rows.at(-1)).toMatchObject({ state: 'unreadable', drill: 'runs/x', summary: 'run.json is no JSON' })
})

test('nothing at all is no success', () => {
  expect(mergeRuns([], [], []).verdict).toBe('unknown')
})

test('JUnit and CTRF: valid, a suite for every row, and nothing missing is green', async () => {
  const matrix = mergeRuns(expected, nights, [damaged])
  const suites = matrixSuites(matrix)
  expect(await junitProblems(junitXml(suites))).toEqual([])
  expect(validate(JSON.parse(ctrfJson(suites)))).toEqual({ valid: true, errors: [] })
  const of = (state: string) => suites.filter(({ properties }) => properties.some(([, value]) => value === state))
  for (const state of ['missing', 'unreadable'])
    expect(of(state).map(({ cases }) => cases)).toMatchObject([[{ id: 'ended-as-expected', verdict: 'unknown' }]])
  expect(suites).toHaveLength(matrix.rows.length)
})

test('a run that fails as its scenario is made to fail is neither red nor green check by check', () => {
  const failing = nightRun(1, 'outage', { expects: 'fail' })
  const [suite] = matrixSuites(mergeRuns(expected.slice(0, 1), [failing], []))
  expect(suite?.cases.map(({ id, verdict, skipped }) => [id, verdict, skipped ?? false])).toEqual([
    ['ended-as-expected', 'pass', false],
    ...failing.record.findings.map(({ id, verdict }) => [id, verdict, id === 'no-downtime']),
  ])
  expect(junitXml(suite ? [suite] : [])).toMatch(/failures="0".*errors="0".*skipped="1"/)
})

test('the page names every row, and links the reports that exist', () => {
  const page = matrixPage(mergeRuns(expected, [nightRun(1), { ...noop, href: null }], [damaged]))
  for (const text of ['runs/x', 'run.json is no JSON', 'Ended as expected', 'What needs a look', 'v1.36.4'])
    expect(page).toContain(text)
  expect(page).toContain('href="../20261101T021500Z-lost-pki-m1/report/index.html"')
  expect(page.match(/<a /g)).toHaveLength(1)
})
