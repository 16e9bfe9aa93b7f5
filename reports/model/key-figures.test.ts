import { expect, test } from 'vitest'
import { fakeRun, type FakeRunKind } from '../../harness/testing/fake-run.ts'
import { keyFigures } from './key-figures.ts'

/** `value verdict` by id, and the notes in one line. */
function figuresOf(kind: FakeRunKind, change: Partial<ReturnType<typeof fakeRun>['record']> = {}) {
  const figures = keyFigures({ ...fakeRun(kind).record, ...change })
  const plain = (text: string) => text.replaceAll('\u00A0', ' ')
  return Object.fromEntries(
    figures.map(({ id, value, verdict, notes }) => [
      id,
      { answer: `${plain(value)}, ${verdict}`, notes: plain(notes.join('; ')) },
    ]),
  )
}

test('a run that passed: downtime of the control plane, none of the workloads', () => {
  const figures = figuresOf('pass')
  expect(figures['control-plane']).toEqual({
    answer: '39.7 s, pass',
    notes: 'from the fault injection until the cluster was recovered; last milestone: Tokens reissued, after 37.5 s',
  })
  expect(figures['workloads']?.answer).toBe('Not at all, pass')
  expect(figures['workloads']?.notes).toContain('0 of 36 000 probes failed')
  expect(figures['repair']?.answer).toBe('31.0 s, pass')
  expect(figures['measured']?.answer).toBe('100 %, pass')
})

// lost-pki: «a failure of 1 request in 30 would have been seen», by the paths to the API.
test('the paths to the API have no part in what was measured of the workload', () => {
  const { probes } = fakeRun('pass').record
  const [first] = probes
  if (!first) throw new Error('no path')
  const rare = { ...first, id: 'api-1', coverage: 0.2, planned: 30, detectableOneIn: 30, detectionFloorMs: 1001 }
  expect(figuresOf('pass', { probes: [...probes, rare] })['measured']).toEqual(figuresOf('pass')['measured'])
})

test.each([
  ['pass', 'Not at all'],
  ['fail', 'Interrupted'],
  ['unknown', 'Not known'],
] as const)('an API that is to survive the loss is judged by its own samples: %s', (verdict, value) => {
  const { record } = fakeRun('pass')
  const served = {
    id: 'api-never-down',
    title: 'The API is served throughout',
    verdict,
    summary: 'so many samples',
    details: [],
  }
  const figures = figuresOf('pass', { findings: [...record.findings, served] })
  expect(figures['control-plane']).toEqual({
    answer: `${value}, ${verdict}`,
    notes: 'so many samples; whole again 39.7 s after the fault injection',
  })
  const refused = figuresOf('refused', { findings: [served] })['control-plane']
  expect(refused).toEqual({ answer: `${value}, ${verdict}`, notes: 'so many samples' })
})

test('a repair that announces no milestone says only when the cluster was recovered', () => {
  const milestones = fakeRun('pass').record.milestones.filter(({ id }) => id === 'recovered')
  const figures = figuresOf('pass', { milestones })
  expect(figures['control-plane']?.notes).toBe(
    'from the fault injection until the cluster was recovered; no milestone was reached',
  )
})

test('the path with the longest downtime represents the workloads, with its bounds', () => {
  const { workloads } = figuresOf('outage')
  expect(workloads?.answer).toBe('1.84 s, fail')
  expect(workloads?.notes).toMatch(
    /on cluster-ip-new: between 1.78 s and 1.9\d s; 137 of 36 000 probes failed, on 2 of 4 paths/,
  )
})

test('an open outage is a lower bound', () => {
  const { workloads } = figuresOf('open-at-end')
  expect(workloads?.answer).toMatch(/^≥ 1 min 00 s, fail|^≥ 60.0 s, fail/)
  expect(workloads?.notes).toContain('the end of the run')
})

test('a starved prober is unknown, never "not at all"', () => {
  const figures = figuresOf('unknown')
  expect(figures['workloads']?.answer).toBe('No failed probe, unknown')
  expect(figures['measured']?.answer).toBe('97.31 %, unknown')
})

test('a failed repair is not recovered, and the downtime is a lower bound', () => {
  const figures = figuresOf('failing-repair')
  expect(figures['control-plane']?.answer).toBe('Not recovered, fail')
  expect(figures['control-plane']?.notes).toMatch(
    /^for at least 3 min \d\d s, until the run ended; last milestone: Repair started, after 8.70 s$/,
  )
  expect(figures['repair']?.answer).toBe('Not finished, fail')
})

test('nothing destroyed, nothing probed', () => {
  expect(figuresOf('noop')['control-plane']?.answer).toBe('Not touched, null')
  expect(figuresOf('noop')['repair']?.answer).toBe('No repair, null')
  expect(figuresOf('aborted')['workloads']?.answer).toBe('Not measured, unknown')
})

test('a repair that refuses as expected says what was expected, and that it came', () => {
  const figures = figuresOf('refused')
  expect(figures['control-plane']?.answer).toBe('Not recovered, as expected, pass')
  expect(figures['control-plane']?.notes).toMatch(
    /^for at least 3 min \d\d s, until the run ended; expected: a refusal \(etcd-data-missing\)$/,
  )
  expect(figures['repair']).toEqual({
    answer: 'Refused, as expected, pass',
    notes:
      'expected: a refusal (etcd-data-missing); the repair refused (etcd-data-missing), and no file changed on 3 machines',
  })
})

test.each([
  ['fail', 'Not as expected, fail'],
  ['unknown', 'Not known, unknown'],
] as const)('a refusal whose check is %s is not as expected', (verdict, answer) => {
  const findings = fakeRun('refused').record.findings.map((finding) => ({ ...finding, verdict }))
  const figures = figuresOf('refused', { findings })
  expect(figures['repair']?.answer).toBe(answer)
  expect(figures['control-plane']?.answer).toBe(`Not recovered, ${verdict}`)
  expect(figuresOf('refused', { findings: [] })['repair']?.answer).toBe('Not known, unknown')
})

test('a repair that finds nothing to do is no missing repair, with and without changes beforehand', () => {
  const figures = figuresOf('nothing-to-do')
  expect(figures['repair']?.answer).toBe('Nothing to do, as expected, pass')
  expect(figures['repair']?.notes).toMatch(
    /^expected: a repair that finds nothing to do; nothing to do, said after 3\.0 s/,
  )
  expect(figures['control-plane']?.answer).toBe('Not touched, null')
  expect(figuresOf('nothing-to-do', { injectedAtMs: 70_000 })['control-plane']?.answer).toBe('Nothing lost, null')
})

test('no failed probe is not "not at all" when a pod was replaced, and says why', () => {
  const findings = fakeRun('pass').record.findings.map((finding) =>
    finding.id === 'workloads-undisturbed'
      ? { ...finding, verdict: 'fail' as const, summary: 'echo-1 is another pod' }
      : finding,
  )
  const { workloads } = figuresOf('pass', { findings })
  expect(workloads?.answer).toBe('No failed probe, fail')
  expect(workloads?.notes).toContain('workloads-undisturbed: echo-1 is another pod')
})

test('checks that were never judged leave the answer unknown', () => {
  expect(figuresOf('pass', { findings: [] })['workloads']?.answer).toBe('No failed probe, unknown')
})

test('slower than its budget is a failure of the repair', () => {
  const { budgets } = fakeRun('pass').record
  expect(
    figuresOf('pass', { budgets: { ...budgets, milestones: { recovered: { ms: 31_000 } } } })['repair']?.answer,
  ).toBe('31.0 s, fail')
})
