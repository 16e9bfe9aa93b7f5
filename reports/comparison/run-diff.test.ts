import { expect, test } from 'vitest'
import { nightRun, withRepair } from '../testing/stored-runs.ts'
import { diffOf } from './run-diff.ts'

const before = nightRun(1)

test('a run and itself: nothing changed, nothing got worse', () => {
  const { changed, worse, figures, findings } = diffOf(before, before)
  expect([changed, worse]).toEqual([[], []])
  expect(new Set([...figures, ...findings].map(({ change }) => change))).toEqual(new Set(['same']))
})

test('what they ran with: Kubernetes, kind, drill, node image, host and the drill itself', () => {
  const { record } = before
  const after = {
    drill: `${before.drill} --lazy`,
    record: {
      ...record,
      versions: { ...record.versions, kubernetes: 'v1.37.0', kind: 'v0.34.0', drill: '0.2.0' },
      images: { ...record.images, node: 'drill/node:1.37.0' },
      host: { ...record.host, cores: 4 },
    },
  }
  expect(diffOf(before, after).changed).toEqual([
    { name: 'drill run', before: before.drill, after: after.drill },
    { name: 'drill', before: '0.1.0', after: '0.2.0' },
    { name: 'kind', before: 'v0.33.0', after: 'v0.34.0' },
    { name: 'kubernetes', before: 'v1.36.4', after: 'v1.37.0' },
    { name: 'image node', before: 'drill/node:1.36.4-3f9c1d20', after: 'drill/node:1.37.0' },
    { name: 'host', before: '2 cores, 25.3 GB, cgroup v1', after: '4 cores, 25.3 GB, cgroup v1' },
  ])
})

test('milestones, gaps and checks side by side, and what got worse', () => {
  const { figures, findings, worse } = diffOf(before, withRepair(nightRun(2, 'unknown'), 60_000))
  const figure = (group: string, id: string) => figures.find((one) => one.group === group && one.id === id)
  expect(figure('milestone', 'recovered')).toMatchObject({ before: 39_744.5, after: 68_701.2, change: 'worse' })
  expect(figure('milestone', 'detected')?.change).toBe('same')
  expect(figure('path pod', 'longest-gap')?.before).toBeGreaterThan(0)
  expect(findings.find(({ id }) => id === 'no-downtime')).toMatchObject({
    before: { verdict: 'pass' },
    after: { verdict: 'unknown' },
    change: 'worse',
  })
  expect(worse[0]).toMatch(/^no-downtime: pass → unknown, pod: an outage of up to/)
  expect(worse).toContain('milestone, Recovered: 39.7\u00A0s → 1\u00A0min\u00A009\u00A0s')
})

test('the other way round it got better, and one failed probe is no noise', () => {
  const after = nightRun(2, 'outage')
  expect(diffOf(after, before).worse.filter((line) => /no-downtime|failed/.test(line))).toEqual([])
  const one = { ...before.record, probes: before.record.probes.map((probe) => ({ ...probe, failed: 1 })) }
  expect(diffOf(before, { ...before, record: one }).worse).toContain('path pod, failed: 0 → 1')
})

test('what is not reached, not measured or not judged any more is worse', () => {
  const { worse, figures } = diffOf(before, nightRun(2, 'aborted'))
  expect(worse).toContain('no-downtime: pass → not judged')
  expect(worse).toContain('milestone, Recovered: 39.7\u00A0s → not known')
  expect(worse.some((line) => line.startsWith('path pod, longest gap'))).toBe(true)
  expect(figures.find(({ id }) => id === 'failed')?.change).toBe('missing')
})
