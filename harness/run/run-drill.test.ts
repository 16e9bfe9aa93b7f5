import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PreconditionError } from '../../lib/engine/errors.ts'
import { InterruptedError } from '../model/errors.ts'
import type { Check } from '../model/check.ts'
import { openJournal, type OpenJournal } from '../store/journal.ts'
import { createRunDirectory } from '../store/run-directory.ts'
import { milestoneAt } from '../model/milestone.ts'
import { runRecordSchema } from '../model/run-record.ts'
import { fakeCluster, fakeDrill, type FakeWorld } from '../testing/fake-drill.ts'
import type { DrillEnvironment } from './environment-port.ts'
import { runDrill } from './run-drill.ts'

let out: string
let runDir: string
let journal: OpenJournal
let controller: AbortController
let fake: ReturnType<typeof fakeDrill>

beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'drill-engine-'))
  runDir = await createRunDirectory(out, 'run')
  journal = openJournal(join(runDir, 'journal.jsonl'))
  controller = new AbortController()
  fake = fakeDrill(runDir, journal, controller.signal)
})
afterEach(async () => {
  journal[Symbol.dispose]()
  await rm(out, { recursive: true })
})

async function drill(world: FakeWorld) {
  const record = await runDrill(fake.planOf(world), fake.portsOf(world), journal, controller.signal)
  expect(runRecordSchema.parse(JSON.parse(await readFile(join(runDir, 'run.json'), 'utf8')))).toEqual(record)
  return record
}

/** A full collection, as it may happen at any time. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc()')
}

const phases = () => journal.events.filter((event) => event.type === 'phase.started').map((event) => event['phase'])

describe('a drill', () => {
  test('goes through its phases in order and undoes in reverse', async () => {
    const record = await drill({})
    expect(phases()).toEqual([
      'preflight',
      'provision',
      'seed',
      'baseline',
      'inject',
      'recover',
      'settle',
      'judge',
      'teardown',
    ])
    expect(fake.calls).toEqual([
      'preflight',
      'create',
      'probe',
      'calibrate baseline',
      'collect first baseline',
      'inject',
      'step one',
      'step two',
      'recovered',
      'calibrate settled',
      'stop probes',
      'collect first settled',
      'logs',
      'delete',
      'stop probes',
    ])
    expect(record).toMatchObject({
      verdict: 'pass',
      exitCode: 0,
      stage: 'judged',
      cluster: { name: 'drill-fake', kept: false },
    })
    expect(milestoneAt(record.milestones, 'recovered')).toBeGreaterThan(0)
    expect(record.steps.map(({ id, status }) => [id, status])).toEqual([
      ['one', 'done'],
      ['two', 'done'],
    ])
  })

  test('an unhealthy baseline is left alone: nothing is destroyed', async () => {
    const record = await drill({ checks: [fake.check('healthy-before', 'unknown')] })
    expect(fake.calls).not.toContain('inject')
    expect(fake.calls).toContain('delete')
    expect(record).toMatchObject({ verdict: 'unknown', exitCode: 2, error: null })
  })

  test('what a collector goes on doing in the background is told to end, also after an early end', async () => {
    const signals: AbortSignal[] = []
    const watching: Check = {
      ...fake.check('healthy-before', 'unknown'),
      collect: { baseline: async ({ signal }) => void signals.push(signal) },
    }
    await drill({ checks: [watching] })
    await setImmediate()
    collectGarbage()
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    expect(controller.signal.aborted).toBe(false)
  })

  test('without a fault destroys and repairs nothing', async () => {
    const record = await drill({ noop: true })
    expect(phases()).toEqual(['preflight', 'provision', 'seed', 'baseline', 'settle', 'judge', 'teardown'])
    expect(record).toMatchObject({ verdict: 'pass', injectedAtMs: null })
  })

  test('where nothing is lost the repair is run, and no recovery is waited for', async () => {
    const looks: Check = {
      ...fake.check('looks', 'pass'),
      collect: { unrepaired: async () => void fake.calls.push('look') },
    }
    const record = await drill({ healthy: true, checks: [looks] })
    expect(phases()).toEqual(['preflight', 'provision', 'seed', 'baseline', 'recover', 'settle', 'judge', 'teardown'])
    expect(fake.calls).toEqual(expect.arrayContaining(['look', 'step one', 'step two']))
    expect(fake.calls.indexOf('look')).toBeLessThan(fake.calls.indexOf('step one'))
    expect(fake.calls).not.toContain('recovered')
    expect(record).toMatchObject({ verdict: 'pass', injectedAtMs: null, milestones: [] })
  })

  test.each(['mismatch', 'inconclusive'] as const)(
    'repairs nothing when the proof of the fault is %s',
    async (proof) => {
      await drill({ proof, verdict: 'unknown' })
      expect(phases()).not.toContain('recover')
      expect(fake.calls).toContain('delete')
      expect(journal.events.find((event) => event.type === 'milestone.reached')).toBeUndefined()
    },
  )

  test('a failing step is a finding: the run goes on to its verdict', async () => {
    const record = await drill({
      steps: [fake.step('one', () => Promise.reject(new Error('etcd has no data'))), fake.step('two')],
      verdict: 'fail',
    })
    expect(fake.calls).not.toContain('step two')
    expect(fake.calls).toContain('collect first settled')
    expect(record).toMatchObject({ verdict: 'fail', exitCode: 1, error: null })
    expect(record.steps).toMatchObject([{ id: 'one', status: 'failed' }])
    expect(journal.events.find((event) => event.type === 'recovery.failed')?.['chain']).toEqual([
      'recovery step "one" failed: etcd has no data',
      'etcd has no data',
    ])
  })

  test('an expected refusal is a pass, and its reason is on the journal', async () => {
    const refusal = new PreconditionError('etcd has no data', { reason: 'etcd-data-missing' })
    const looks: Check = {
      ...fake.check('looks', 'pass'),
      collect: { unrepaired: async ({ evidence }) => evidence.write('seen-unrepaired', {}) },
    }
    const record = await drill({
      checks: [looks],
      expects: { refused: 'etcd-data-missing' },
      steps: [fake.step('one', () => Promise.reject(refusal))],
    })
    expect(journal.events.find((event) => event.type === 'recovery.failed')).toMatchObject({
      refused: 'etcd-data-missing',
    })
    expect(record).toMatchObject({ verdict: 'pass', exitCode: 0, expects: { refused: 'etcd-data-missing' } })
    expect(await readFile(join(runDir, 'evidence', 'seen-unrepaired.json'), 'utf8')).toBe('{}\n')
  })

  test('a harness that fails exits with 3 and still deletes the cluster', async () => {
    const record = await drill({
      verdict: 'unknown',
      ports: { createCluster: () => Promise.reject(new Error('kind broke')) },
    })
    expect(record).toMatchObject({ exitCode: 3, error: { phase: 'provision', message: 'kind broke' } })
    expect(fake.calls).toEqual(['preflight', 'logs', 'delete'])
  })

  test('a failing preflight creates and deletes nothing', async () => {
    const record = await drill({
      verdict: 'unknown',
      ports: { preflight: () => Promise.reject(new Error('no engine')) },
    })
    expect(fake.calls).toEqual([])
    expect(record).toMatchObject({ exitCode: 3, cluster: null })
  })

  test('a teardown that fails exits with 3 and names what is left', async () => {
    const record = await drill({ ports: { deleteCluster: () => Promise.reject(new Error('engine gone')) } })
    expect(record).toMatchObject({ exitCode: 3, verdict: 'pass', teardownErrors: ['delete the cluster: engine gone'] })
    expect(fake.calls.at(-1)).toBe('stop probes')
  })

  test.each(['create', 'probe', 'inject', 'step'] as const)(
    'interrupted in %s: evidence kept, cluster deleted, 130',
    async (where) => {
      const abort = () => {
        controller.abort(new InterruptedError('interrupted by SIGINT'))
        controller.signal.throwIfAborted()
      }
      const portsOf: Readonly<Record<typeof where, Partial<DrillEnvironment>>> = {
        create: { createCluster: async () => (abort(), fakeCluster) },
        probe: { startProbes: async () => (abort(), Promise.reject(new Error())) },
        inject: { kubeadmConfig: async () => (abort(), '') },
        step: {},
      }
      const record = await drill({
        ...{ verdict: 'unknown', keep: 'always', ports: portsOf[where] },
        ...(where === 'step' ? { steps: [fake.step('one', async () => abort())] } : {}),
      })
      const error = { message: 'interrupted by SIGINT' }
      expect(record).toMatchObject({ exitCode: 130, error, cluster: { kept: false } })
      expect(fake.calls).toContain('logs')
      expect(fake.calls).toContain('delete')
    },
  )

  test.each([
    ['never', 'fail', 'delete'],
    ['on-failure', 'fail', 'keep'],
    ['on-failure', 'pass', 'delete'],
    ['always', 'pass', 'keep'],
  ] as const)('--keep %s with verdict %s: %s', async (keep, verdict, expected) => {
    const record = await drill({ keep, verdict })
    expect(fake.calls.filter((call) => call === 'keep' || call === 'delete')).toEqual([expected])
    expect(record.cluster?.kept).toBe(expected === 'keep')
  })

  test('a collector that throws leaves its check without evidence and the run goes on', async () => {
    const broken: Check = {
      ...fake.check('first', 'unknown'),
      collect: { baseline: () => Promise.reject(new Error('no answer')) },
    }
    const record = await drill({ checks: [broken, fake.check('second', 'pass')] })
    expect(journal.events.find((event) => event.type === 'evidence.missing')).toMatchObject({
      check: 'first',
      when: 'baseline',
      chain: ['no answer'],
    })
    expect(fake.calls).toContain('collect second settled')
    expect(record).toMatchObject({ verdict: 'unknown', exitCode: 2 })
  })
})
