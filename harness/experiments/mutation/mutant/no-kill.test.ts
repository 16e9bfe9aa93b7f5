import { expect, test } from 'vitest'
import { conclude } from '../../../checks/conclude.ts'
import { goodRun } from '../../../testing/run-fixture.ts'
import type { Finding } from '../../../model/run-record.ts'
import type { BaseId, StoredMutant } from './mutant.ts'
import { theOne } from './change.ts'
import { changedParts } from './parts.ts'
import { runStored } from '../stored/run-stored.ts'
import type { BaseRun } from '../stored/base-runs.ts'

const mutant: StoredMutant = {
  ...{ id: 'cut', title: 'the journal is cut', base: 'good', check: 'named', verdict: 'fail', because: /is cut/ },
  touches: ['journal.jsonl'],
  change: (run) => ({ ...run, events: [] }),
}
const finding = (id: string, verdict: Finding['verdict'], words: string) => ({
  ...conclude({ id, title: id }, { failures: [], unknowns: [], claim: words }),
  verdict,
})
const green = [finding('named', 'pass', 'whole'), finding('other', 'pass', 'whole')]

/** What is said of the mutant where the checks say this without and with it. */
function said(withIt: readonly Finding[], change: Partial<StoredMutant> = {}, without: readonly Finding[] = green) {
  const base: BaseRun = { run: goodRun, findings: without, judged: () => withIt }
  return runStored({ ...mutant, ...change }, new Map<BaseId, BaseRun>([['good', base]]))
}

test('the named check is red, and says why: seen', () => {
  expect(said([finding('named', 'fail', 'it is cut'), finding('other', 'unknown', '')])).toMatchObject({
    outcome: 'killed',
    words: 'it is cut',
    others: ['other'],
  })
})

test.each([
  ['nobody is red', green, 'pass instead of fail'],
  ['another check is red', [finding('named', 'pass', ''), finding('other', 'fail', 'it is cut')], 'pass instead'],
  ['red for another reason', [finding('named', 'fail', 'malformed')], 'red for another reason: malformed'],
  ['the check is not asked any more', [], 'not judged by named any more'],
  ['unknown instead of failed', [finding('named', 'unknown', 'it is cut')], 'unknown instead of fail'],
])('%s: not seen', (_, withIt, words) => {
  expect(said(withIt)).toMatchObject({ outcome: 'survived', words: expect.stringContaining(words) as string })
})

test('a mutant that changes nothing, or more than it says, was not applied', () => {
  const red = [finding('named', 'fail', 'it is cut')]
  expect(said(red, { change: (run) => ({ ...run }) })).toMatchObject({
    outcome: 'not-applied',
    words: 'changed nothing instead of journal.jsonl',
  })
  const more = (run: typeof goodRun) => ({ ...run, events: [], series: [] })
  expect(said(red, { change: more })).toMatchObject({ outcome: 'not-applied' })
})

test('a check that is red without the mutant sees nothing', () => {
  const red = [finding('named', 'fail', 'it is cut')]
  expect(said(red, {}, red)).toMatchObject({ outcome: 'not-applied' })
})

test('a run that has not what the mutant changes, or is not judged by its check, is no run for it', () => {
  expect(said(green, { change: (run) => (theOne([], () => true, 'Node'), run) })).toMatchObject({
    outcome: 'not-applicable',
    words: 'the run has no Node',
  })
  expect(said([], { check: 'missing' })).toMatchObject({ outcome: 'not-applicable' })
})

test('parts are compared by what they hold', () => {
  const series = goodRun.series.map((one) => (one.id === 'pod' ? { ...one, lagMs: Float32Array.of(1) } : one))
  const evidence = { ...structuredClone(goodRun.evidence), more: 1 }
  expect(changedParts(goodRun, { ...goodRun, series, evidence })).toEqual(['evidence/more', 'samples/pod'])
})
