import { expect, test } from 'vitest'
import { fakeRun } from '../../../../harness/testing/fake-run.ts'
import { lanesOf } from './lanes.ts'

const plain = (text: string | undefined) => text?.replaceAll('\u00A0', ' ')

test('an outage tells its path, its length with bounds, when, and why', () => {
  const lane = lanesOf(fakeRun('outage').record).probes.find(({ id }) => id === 'cluster-ip-new')
  expect(lane?.items).toHaveLength(3)
  expect(plain(lane?.note)).toBe('✗ 92 failed')
  expect(plain(lane?.items[0]?.story)).toMatch(
    /^ClusterIP, new connection: down 1.20 s \(1.18 s to 1.2\d s\), from 21.6 s; 60 samples, refused$/,
  )
})

test('an outage that did not end lasts to the end of the run and says "at least"', () => {
  const lane = lanesOf(fakeRun('open-at-end').record).probes.find(({ id }) => id === 'node-port')
  expect(plain(lane?.items[0]?.story)).toMatch(/at least .*, still open when probing ended/)
})

test('steps: done, failed, not needed, and an unfinished phase', () => {
  const looks = (kind: 'pass' | 'failing-repair') =>
    lanesOf(fakeRun(kind).record).steps.flatMap(({ items }) => items.map(({ look }) => look))
  expect(looks('pass')).toContain('skipped')
  expect(looks('failing-repair').at(-1)).toBe('failed')
  const cut = lanesOf(fakeRun('aborted').record).phases.items.at(-1)
  expect(plain(cut?.story)).toMatch(/^Phase: Create the cluster: unfinished, /)
})

test('outages beyond 200 are counted, not drawn', () => {
  const { record } = fakeRun('outage')
  const [probe] = record.probes.filter(({ outages }) => outages.length > 0)
  const [outage] = probe?.outages ?? []
  if (!probe || !outage) throw new Error('no outage')
  const lane = lanesOf({ ...record, probes: [{ ...probe, outages: new Array<typeof outage>(5000).fill(outage) }] })
    .probes[0]
  expect(lane?.items).toHaveLength(200)
  expect(lane?.left).toBe(4800)
})
