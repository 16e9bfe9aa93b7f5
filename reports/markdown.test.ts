import { expect, test } from 'vitest'
import { fakeRun, fakeRunKinds, hostileText } from '../harness/testing/fake-run.ts'
import { markdownReporter } from './markdown.ts'

const summaryOf = (run: ReturnType<typeof fakeRun>) => markdownReporter.render(run)[0]?.content ?? ''

test('verdict and claim come first, then the answers, what failed, milestones and paths', () => {
  const text = summaryOf(fakeRun('outage')).replaceAll('\u00A0', ' ')
  expect(text).toMatch(/^# ✗ FAIL: lost-pki\n\n\*\*lost-pki: recovered in 31 s; 137 of 36 000 probes failed/)
  expect(text).toContain('| ✗ Workloads down | **1.84 s** |')
  expect(text).toContain('| ✗ fail | no-downtime | cluster-ip-new: 92 probes failed')
  expect(text).toContain('| Recovered | 39.7 s | +2.26 s |')
  expect(text).toMatch(
    /\| cluster-ip-new \| 9 000 \| 8 908 \| 92 \| 0 \| 100 % \| 1.78 s \/ 1.84 s \/ 1.9\d s \| 1.22 s \|/,
  )
})

test('the gaps of the control arm stand beside those of the run, where there is one', () => {
  const { record } = fakeRun('noop')
  const [pod, ...others] = record.probes
  const probes = [{ ...(pod as (typeof record.probes)[number]), longestGapMs: 33, failed: 2 }, ...others.slice(1)]
  const text = (control?: object) =>
    summaryOf({ ...fakeRun('pass'), ...(control ? { control: control as never } : {}) }).replaceAll('\u00A0', ' ')
  const beside = text({ id: 'a-noop', startedAt: record.startedAt, probes })
  expect(beside).toContain('| longest gap of the control arm |')
  expect(beside).toMatch(/\| pod \|[^\n]*\| 33 ms, 2 failed probes \|/)
  expect(beside).toMatch(/\| cluster-ip-new \|[^\n]*\| – \|/)
  expect(beside).toContain('Control arm, in which nothing was destroyed: run a-noop')
  expect(text()).not.toContain('control arm')
})

test('what the repair came to is said in its own words, and nothing where it said nothing', () => {
  const text = summaryOf(fakeRun('outage'))
  expect(text).toContain('## What the repair came to\n\n**Recovered, but not everything**')
  expect(text).toMatch(/\*\*Still has the lost CA or key\*\*\n\n- Secret ci\/kubeconfig *: the lost CA/)
  expect(summaryOf(fakeRun('noop'))).not.toContain('What the repair came to')
})

test.each([
  ['pass', '# ✓ PASS'],
  ['unknown', '# ? UNKNOWN'],
  ['aborted', '# ? UNKNOWN'],
  ['failing-repair', '# ✗ FAIL'],
] as const)('%s begins with %s', (kind, start) => {
  expect(summaryOf(fakeRun(kind)).startsWith(start)).toBe(true)
})

test('a run that ended early says why, and what was left', () => {
  const text = summaryOf(fakeRun('aborted'))
  expect(text).toContain('- kind exited with 1: failed to init node with kubeadm')
  expect(text).toContain('- the cluster drill-7f3a could not be deleted: run drill gc')
})

test('hostile text makes no tag, cell or direction of its own', () => {
  const text = summaryOf(fakeRun('hostile'))
  expect(text).not.toMatch(/<(?!br>)|(?!\n)\p{Cc}|[\u202a-\u202e\u2028\u2029]/u)
  const rows = text.split('\n').filter((line) => line.startsWith('|'))
  const cells = (line: string) => line.split(/(?<!\\)\|/).length
  expect(new Set(rows.map(cells)).size).toBeLessThanOrEqual(4)
  expect(hostileText).toContain('|')
})

test('stays below the size limit of a step summary, and says that it is truncated', () => {
  const run = fakeRun('pass', { samples: 10 })
  const [finding] = run.record.findings
  if (!finding) throw new Error('no finding')
  const findings = Array.from({ length: 3000 }, (_, index) => ({
    ...finding,
    id: `check-${index}`,
    verdict: 'fail' as const,
    details: Array.from({ length: 30 }, () => 'ä'.repeat(400)),
  }))
  const text = summaryOf({ ...run, record: { ...run.record, findings } })
  expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024)
  expect(text).toContain('Truncated: see')
  expect(text).toContain('- and 10 more, see run.json')
})

test.each(fakeRunKinds)('%s is rendered the same twice', (kind) => {
  expect(summaryOf(fakeRun(kind))).toBe(summaryOf(fakeRun(kind)))
})
