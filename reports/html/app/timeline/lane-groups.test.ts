import { expect, test } from 'vitest'
import { fakeRun } from '../../../../harness/testing/fake-run.ts'
import { packSeries } from '../../pack-series.ts'
import { unpackSeries } from '../../payload.ts'
import { laneGroups } from './lane-groups.ts'

const lanesOf = (run: ReturnType<typeof fakeRun>) => {
  const { heads, bytes } = packSeries(run.series)
  return laneGroups(run.record, unpackSeries(heads, bytes), run)
}
const pass = fakeRun('pass')
const lanes = lanesOf(pass).groups.flatMap((group) => group.lanes)
const lane = (id: string) => lanes.find((each) => each.id === id)
const looks = (id: string) => lane(id)?.items.map(({ look }) => look)

test('commands are bars of the machine and the step in which they ran', () => {
  const items = lane('machine-drill-7f3a-worker')?.items
  expect(lane('machine-drill-7f3a-worker')?.title).toBe('worker')
  expect(items).toHaveLength(pass.record.steps.filter(({ status }) => status === 'done').length)
  const step = pass.record.steps.find(({ id }) => id === 'start-etcd')
  const bar = items?.find(({ text }) => text === 'Start etcd')
  expect(bar?.fromMs).toBeCloseTo((step?.fromMs ?? 0) - (pass.record.injectedAtMs ?? 0), 3)
  expect(bar?.story).toContain('1\u00A0command')
})

test('a container is drawn from its creation to where it was last seen, and no further', () => {
  const etcd = lane('control-plane: etcd')?.items.filter(({ look }) => look === 'seen')
  const zeroMs = pass.record.injectedAtMs ?? 0
  expect(etcd?.map(({ fromMs, toMs }) => [fromMs + zeroMs, toMs + zeroMs])).toEqual([
    [0, 60_000],
    [130_000, 220_000],
  ])
})

test('API server, etcd, Nodes, leases and tokens at the moments in which they were seen', () => {
  expect(looks('control-plane: kube-apiserver')).toEqual(expect.arrayContaining(['answered', 'unanswered', 'watched']))
  expect(looks('control-plane: etcd')?.filter((look) => look === 'answered')).toHaveLength(2)
  expect(looks('worker: Node')).toEqual(['seen', 'lease', 'lease', 'lease', 'token'])
  expect(looks('balancer')).toEqual(['watched'])
})

test('a prober that was late is one stall over all paths', () => {
  const { groups } = lanesOf(fakeRun('unknown'))
  const stalls = groups.flatMap((group) => group.lanes).find(({ id }) => id === 'stalls')?.items
  const longMs = stalls?.map(({ fromMs, toMs }) => toMs - fromMs).filter((ms) => ms > 200)
  expect(longMs).toEqual([1600, 240, 3000])
})

test('what was not recorded is named, and nothing is drawn for it', () => {
  const { groups, missing } = lanesOf({ ...pass, events: [], evidence: { 'pods-settled': { runtime: 3 } } })
  expect(groups.map(({ title }) => title)).toEqual(['Host'])
  expect(missing).toEqual(['commands per machine', 'control plane', 'nodes', 'CPU pressure'])
})

test('a Node that stays Ready is one bar, although two looks place the same second a little apart', () => {
  const nodes = pass.evidence['nodes-settled'] as { readonly atMs: number }
  const evidence = { ...pass.evidence, 'nodes-settled': { ...nodes, atMs: nodes.atMs + 3.7 } }
  const all = lanesOf({ ...pass, evidence }).groups.flatMap((group) => group.lanes)
  const bars = all.find(({ id }) => id === 'worker: Node')?.items.filter(({ look }) => look === 'seen')
  expect(bars).toHaveLength(1)
})

test('CPU pressure is a curve of every second, with a bar where most of the time somebody waited', () => {
  const pressure = lane('cpu-pressure')
  const zeroMs = pass.record.injectedAtMs ?? 0
  expect(pressure?.note).toBe('median 12.34\u00A0%')
  expect(pressure?.curve).toHaveLength(220)
  expect(pressure?.curve?.[96]).toEqual({ fromMs: 96_000 - zeroMs, toMs: 97_000 - zeroMs, share: 0.873 })
  expect(pressure?.items.map(({ fromMs, toMs }) => [fromMs + zeroMs, toMs + zeroMs])).toEqual([[96_000, 101_000]])
  expect(pressure?.items[0]?.story).toContain('up to 87.30\u00A0% of a second')
})

test('a kernel that does not tell its pressure is named in the lane', () => {
  const source = 'not told by this kernel: ENOENT'
  const samples = [{ atMs: 1000, overMs: 1000, waiting: null, busy: 0.5 }]
  const { groups, missing } = lanesOf({ ...pass, evidence: { 'cpu-pressure': { source, samples } } })
  const all = groups.flatMap((group) => group.lanes)
  expect(all.find(({ id }) => id === 'cpu-pressure')).toMatchObject({ note: source, items: [] })
  expect(missing).not.toContain('CPU pressure')
})
