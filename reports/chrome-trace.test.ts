import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { JournalEvent } from '../harness/model/journal.ts'
import type { RunView } from '../harness/model/run-view.ts'
import { loadRun } from '../harness/store/load-run.ts'
import { fakeRun, fakeRunKinds } from '../harness/testing/fake-run.ts'
import { chromeTraceReporter } from './chrome-trace.ts'

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid?: number
  readonly ts?: number
  readonly dur?: number
  readonly args: Readonly<Record<string, unknown>>
}

const eventsOf = (run: RunView) =>
  (JSON.parse(chromeTraceReporter.render(run)[0]?.content ?? '') as { readonly traceEvents: readonly TraceEvent[] })
    .traceEvents

/** What a reader sees: the slices by `group / track`. */
function tracksOf(run: RunView): ReadonlyMap<string, readonly TraceEvent[]> {
  const events = eventsOf(run)
  const nameOf = (kind: string, pid: number, tid?: number) =>
    String(events.find((one) => one.name === kind && one.pid === pid && one.tid === tid)?.args['name'])
  const slices = events.filter(({ ph }) => ph === 'X')
  return Map.groupBy(slices, ({ pid, tid }) => `${nameOf('process_name', pid)} / ${nameOf('thread_name', pid, tid)}`)
}

const stored = await loadRun(fileURLToPath(new URL('../harness/testing/testdata/lost-pki', import.meta.url)))
const command = (atMs: number, durationMs: number, name: string, node = 'worker'): JournalEvent => ({
  ...{ seq: 0, type: 'command.finished', node, atMs, durationMs, exitCode: 0, command: name },
})

test('a stored run: phases and steps as long as they were, fault and milestones as instants', () => {
  const tracks = tracksOf(stored)
  const phases = tracks.get('Run / Phases') ?? []
  expect(phases).toHaveLength(stored.record.phases.length)
  const recover = stored.record.phases.find(({ id }) => id === 'recover')
  expect(phases.find(({ args }) => args['id'] === 'recover')).toMatchObject({
    ...{ name: 'Repair', ts: Math.round((recover?.fromMs ?? 0) * 1000), args: { status: 'done' } },
  })
  expect(tracks.get('Run / Repair')).toHaveLength(stored.record.steps.filter(({ status }) => status === 'done').length)
  const instants = eventsOf(stored).filter(({ ph }) => ph === 'i')
  expect(instants.map(({ name }) => name)).toEqual([
    'Fault injected',
    ...stored.record.milestones.map(({ title }) => title),
  ])
})

test('commands per machine, without overlaps on a track, and the step that they were part of', () => {
  const [step] = stored.record.steps
  if (!step?.toMs) throw new Error('no step')
  const at = step.fromMs
  const events = [
    command(at + 100, 90, 'bash -c # read the certificates …'),
    command(at + 120, 60, 'cat /etc/hosts'),
    command(at + 300, 20, 'true'),
    command(at - 500, 10, 'before the repair'),
    command(at + 50, 20, 'true', 'other'),
  ]
  const tracks = tracksOf({ ...stored, events })
  expect([...tracks.keys()].filter((name) => /^(worker|other) /.test(name))).toEqual([
    ...['worker / Steps', 'worker / Commands 1', 'worker / Commands 2', 'other / Steps', 'other / Commands 1'],
  ])
  expect(tracks.get('worker / Commands 1')?.map(({ name }) => name)).toEqual([
    ...['before the repair', 'read the certificates', 'true'],
  ])
  expect(tracks.get('worker / Steps')).toMatchObject([
    { name: step.title, ts: Math.round((at + 10) * 1000), dur: 290_000, args: { id: step.id, commands: 3 } },
  ])
})

test('outages are slices of their path', () => {
  const tracks = tracksOf(fakeRun('outage'))
  expect(tracks.get('Outages / cluster-ip-new')).toHaveLength(3)
  expect(tracks.has('Outages / pod')).toBe(false)
})

test.each(fakeRunKinds)('%s: every time is a whole number that is not negative', (kind) => {
  for (const { ph, ts, dur, name } of eventsOf(fakeRun(kind, { samples: 3000 })).filter((event) => event.ph !== 'M')) {
    expect(Number.isInteger(ts) && (ts ?? -1) >= 0, name).toBe(true)
    expect(ph === 'i' || (Number.isInteger(dur) && (dur ?? -1) >= 0), name).toBe(true)
  }
})
