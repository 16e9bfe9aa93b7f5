import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunRecord } from '../model/run-record.ts'
import { openJournal } from '../store/journal.ts'
import { runDrill } from '../run/run-drill.ts'
import { fakeDrill, type FakeWorld } from '../testing/fake-drill.ts'
import { runSeries, worstExitCode } from './run-series.ts'

let out: string
let calls: string[]
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'drill-series-'))
  calls = []
})
afterEach(() => rm(out, { recursive: true }))

/** Runs drills whose worlds differ; the ports are those of the first, and a drill of a later one judges by its own. */
async function series(worlds: readonly FakeWorld[], mayShare = true) {
  const controller = new AbortController()
  using journal = openJournal(join(out, 'journal.jsonl'))
  const fake = fakeDrill(out, journal, controller.signal)
  const wanted = worlds.map((world) => ({ ...fake.planOf(world), out }))
  const ports = fake.portsOf(worlds[0] ?? {})
  const records: RunRecord[] = []
  const code = await runSeries(wanted, ports, mayShare, async (plan, shared) => {
    using own = openJournal(join(plan.runDir, 'journal.jsonl'))
    calls.push(plan.clusterName)
    const record = await runDrill(plan, { ...shared, context: contextWith(shared, own) }, own, controller.signal)
    records.push(record)
    return record
  })
  const clusters = fake.calls.filter((call) => ['create', 'take over', 'delete', 'keep', 'preflight'].includes(call))
  return { code, records, clusters, events: journal.events }
}

const contextWith =
  (ports: ReturnType<ReturnType<typeof fakeDrill>['portsOf']>, journal: ReturnType<typeof openJournal>) =>
  (...[plan, cluster, , signal]: Parameters<typeof ports.context>) =>
    ports.context(plan, cluster, journal, signal)

test('drills that pass share one cluster, which the last one deletes', async () => {
  const { code, clusters, records } = await series([{}, {}, { noop: true }])
  expect(code).toBe(0)
  expect(clusters).toEqual(['preflight', 'create', 'take over', 'take over', 'delete'])
  expect(new Set(calls).size).toBe(1)
  expect(records.map(({ cluster }) => cluster?.kept)).toEqual([false, false, false])
  expect((await readdir(out)).filter((name) => name.includes('fake'))).toHaveLength(3)
})

test('after a drill that fails the next one gets a cluster of its own', async () => {
  const { code, clusters } = await series([{ verdict: 'fail' }, {}])
  expect(code).toBe(1)
  expect(clusters).toEqual(['preflight', 'create', 'delete', 'preflight', 'create', 'delete'])
  expect(new Set(calls).size).toBe(2)
})

test('a scenario that leaves something lost hands nothing on', async () => {
  const refused: FakeWorld = { expects: { refused: 'ca-key-missing' } }
  const { clusters } = await series([refused, {}])
  expect(clusters).toEqual(['preflight', 'create', 'delete', 'preflight', 'create', 'delete'])
})

test('a cluster that is kept is not handed on', async () => {
  const { clusters } = await series([{ keep: 'always' }, {}])
  expect(clusters).toEqual(['preflight', 'create', 'keep', 'preflight', 'create', 'delete'])
})

test('nothing is shared where it may not be', async () => {
  const { clusters } = await series([{}, {}], false)
  expect(clusters).toEqual(['preflight', 'create', 'delete', 'preflight', 'create', 'delete'])
})

test('a cluster that no drill took over is deleted', async () => {
  const controller = new AbortController()
  using journal = openJournal(join(out, 'journal.jsonl'))
  const fake = fakeDrill(out, journal, controller.signal)
  const wanted = [{}, {}].map((world) => ({ ...fake.planOf(world), out }))
  const run = async (plan: Parameters<typeof runDrill>[0], ports: Parameters<typeof runDrill>[1]) => {
    if (calls.push('drill') === 2) throw new Error('no disk')
    return runDrill(plan, ports, journal, controller.signal)
  }
  await expect(runSeries(wanted, fake.portsOf({}), true, run)).rejects.toThrow('no disk')
  expect(fake.calls.filter((call) => call === 'create' || call === 'delete')).toEqual(['create', 'delete'])
})

test.each([
  [[0, 0], 0],
  [[0, 2, 1], 1],
  [[2, 0], 2],
  [[1, 3], 3],
  [[3, 130], 130],
])('the exit code of %j is %i', (codes, worst) => expect(worstExitCode(codes)).toBe(worst))
