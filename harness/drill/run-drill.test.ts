import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GateError } from '../../lib/errors.ts'
import type { Step } from '../../lib/step.ts'
import { InterruptedError } from '../errors.ts'
import type { Check, Cluster, DrillContext, Proof, Scenario } from '../ports.ts'
import { openJournal, type OpenJournal } from '../record/journal.ts'
import { createRunDirectory, evidenceStore } from '../record/run-directory.ts'
import { runRecordSchema, type Verdict } from '../record/run-record.ts'
import type { DrillPlan, DrillPorts, KeepPolicy } from './drill-ports.ts'
import { runDrill } from './run-drill.ts'

let out: string
let runDir: string
let journal: OpenJournal
let calls: string[]
let controller: AbortController

beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'drill-engine-'))
  runDir = await createRunDirectory(out, 'run')
  journal = openJournal(join(runDir, 'journal.jsonl'))
  calls = []
  controller = new AbortController()
})
afterEach(async () => {
  journal[Symbol.dispose]()
  await rm(out, { recursive: true })
})

const cluster: Cluster = { name: 'drill-fake', machines: [], controlPlanes: [], workers: [], kubeconfigPath: '' }

const check = (id: string, verdict: Verdict): Check => ({
  id,
  title: id,
  collect: {
    baseline: async () => void calls.push(`collect ${id} baseline`),
    settled: async () => void calls.push(`collect ${id} settled`),
  },
  judge: () => ({ id, title: id, verdict, summary: `${id} says ${verdict}`, details: [] }),
})

interface World {
  readonly proof?: Proof['result']
  readonly steps?: readonly Step[]
  readonly verdict?: Verdict
  readonly keep?: KeepPolicy
  readonly noop?: boolean
  readonly checks?: readonly Check[]
  readonly ports?: Partial<DrillPorts>
}

const step = (id: string, run: Step['run'] = async () => void calls.push(`step ${id}`)): Step => ({ id, title: id, run })

function scenarioOf(world: World): Scenario {
  const damage: Pick<Scenario, 'fault' | 'recovery'> = {
    fault: {
      id: 'break',
      title: 'Break it',
      destroys: [],
      supports: () => ({ ok: true }),
      inject: async () => void calls.push('inject'),
      prove: async () => ({ result: world.proof ?? 'confirmed', summary: 'looked', details: [] }),
    },
    recovery: 'fake',
  }
  return {
    id: 'fake',
    title: 'Fake',
    hypothesis: 'It holds.',
    feltBy: [],
    checks: world.checks ?? [check('first', world.verdict ?? 'pass')],
    budgets: { longestGapMs: 250, failedProbes: 0, coverage: 0.999, recoveredMs: 40_000 },
    expects: 'pass',
    ...(world.noop ? {} : damage),
  }
}

async function drill(world: World) {
  const plan: DrillPlan = {
    id: 'run',
    clusterName: 'drill-fake',
    scenario: scenarioOf(world),
    topology: { masters: 1, workers: 2 },
    argv: ['run', 'fake'],
    keep: world.keep ?? 'never',
    runDir,
    startedAt: new Date(),
    holds: { baselineMs: 1, evictionWindowMs: 5, watchMs: 5 },
  }
  const ports: DrillPorts = {
    preflight: async () => void calls.push('preflight'),
    environment: async () => ({ versions: {}, images: {}, host: { cores: 2, memoryBytes: 1, cgroup: 'v2' }, git: { commit: null, dirty: null } }),
    createCluster: async () => (calls.push('create'), cluster),
    deleteCluster: async () => void calls.push('delete'),
    keepCluster: async () => void calls.push('keep'),
    context: (): DrillContext => ({
      runDir,
      topology: plan.topology,
      cluster,
      journal,
      evidence: evidenceStore(runDir),
      signal: controller.signal,
      secrets: new Map(),
      api: () => Promise.reject(new Error('no API')),
    }),
    startProbes: async (_plan, _context, registerUndo) => {
      calls.push('probe')
      const stop = async () => void calls.push('stop probes')
      registerUndo(stop)
      return { failed: async () => 0, stop }
    },
    kubeadmConfig: async () => 'kind: ClusterConfiguration',
    recovery: () => ({ id: 'fake', title: 'Fake', plan: async () => world.steps ?? [step('one'), step('two')] }),
    recovered: async () => void calls.push('recovered'),
    collectLogs: async () => (calls.push('logs'), []),
    ...world.ports,
  }
  const record = await runDrill(plan, ports, journal, controller.signal)
  expect(runRecordSchema.parse(JSON.parse(await readFile(join(runDir, 'run.json'), 'utf8')))).toEqual(record)
  return record
}

const phases = () => journal.events.filter((event) => event.type === 'phase.started').map((event) => event['phase'])

describe('a drill', () => {
  test('goes through its phases in order and undoes in reverse', async () => {
    const record = await drill({})
    expect(phases()).toEqual(['preflight', 'provision', 'seed', 'baseline', 'inject', 'recover', 'settle', 'judge', 'teardown'])
    expect(calls).toEqual([
      'preflight', 'create', 'probe', 'collect first baseline', 'inject', 'step one', 'step two', 'recovered',
      'stop probes', 'collect first settled', 'logs', 'delete', 'stop probes',
    ])
    expect(record).toMatchObject({ verdict: 'pass', exitCode: 0, stage: 'judged', cluster: { name: 'drill-fake', kept: false } })
    expect(record.milestones.recovered).toBeGreaterThan(0)
    expect(record.steps.map(({ id, status }) => [id, status])).toEqual([['one', 'done'], ['two', 'done']])
  })

  test('without a fault destroys and repairs nothing', async () => {
    const record = await drill({ noop: true })
    expect(phases()).toEqual(['preflight', 'provision', 'seed', 'baseline', 'settle', 'judge', 'teardown'])
    expect(record).toMatchObject({ verdict: 'pass', injectedAtMs: null })
  })

  test.each(['mismatch', 'inconclusive'] as const)('repairs nothing when the proof of the fault is %s', async (proof) => {
    await drill({ proof, verdict: 'unknown' })
    expect(phases()).not.toContain('recover')
    expect(calls).toContain('delete')
    expect(journal.events.find((event) => event.type === 'milestone.reached')).toBeUndefined()
  })

  test('a failing step is a finding: the run goes on to its verdict', async () => {
    const record = await drill({ steps: [step('one', () => Promise.reject(new GateError('etcd has no data'))), step('two')], verdict: 'fail' })
    expect(calls).not.toContain('step two')
    expect(calls).toContain('collect first settled')
    expect(record).toMatchObject({ verdict: 'fail', exitCode: 1, error: null })
    expect(record.steps).toMatchObject([{ id: 'one', status: 'failed' }])
    expect(journal.events.find((event) => event.type === 'recovery.failed')?.['chain']).toEqual([
      'recovery step "one" failed: etcd has no data',
      'etcd has no data',
    ])
  })

  test('a harness that fails exits with 3 and still deletes the cluster', async () => {
    const record = await drill({ verdict: 'unknown', ports: { createCluster: () => Promise.reject(new Error('kind broke')) } })
    expect(record).toMatchObject({ exitCode: 3, error: { phase: 'provision', message: 'kind broke' } })
    expect(calls).toEqual(['preflight', 'logs', 'delete'])
  })

  test('a failing preflight creates and deletes nothing', async () => {
    const record = await drill({ verdict: 'unknown', ports: { preflight: () => Promise.reject(new Error('no engine')) } })
    expect(calls).toEqual([])
    expect(record).toMatchObject({ exitCode: 3, cluster: null })
  })

  test('a teardown that fails exits with 3 and names what is left', async () => {
    const record = await drill({ ports: { deleteCluster: () => Promise.reject(new Error('engine gone')) } })
    expect(record).toMatchObject({ exitCode: 3, verdict: 'pass', teardownErrors: ['delete the cluster: engine gone'] })
    expect(calls.at(-1)).toBe('stop probes')
  })

  test.each(['create', 'probe', 'inject', 'step'])('interrupted in %s: evidence kept, cluster deleted, 130', async (where) => {
    const abort = () => {
      controller.abort(new InterruptedError('interrupted by SIGINT'))
      controller.signal.throwIfAborted()
    }
    const ports: Partial<DrillPorts> =
      where === 'create' ? { createCluster: async () => (abort(), cluster) } : where === 'probe' ? { startProbes: async () => (abort(), Promise.reject(new Error())) } : {}
    const record = await drill({
      verdict: 'unknown',
      keep: 'always',
      ports: where === 'inject' ? { kubeadmConfig: async () => (abort(), '') } : ports,
      ...(where === 'step' ? { steps: [step('one', async () => abort())] } : {}),
    })
    expect(record).toMatchObject({ exitCode: 130, error: { message: 'interrupted by SIGINT' }, cluster: { kept: false } })
    expect(calls).toContain('logs')
    expect(calls).toContain('delete')
  })

  test.each([
    ['never', 'fail', 'delete'],
    ['on-failure', 'fail', 'keep'],
    ['on-failure', 'pass', 'delete'],
    ['always', 'pass', 'keep'],
  ] as const)('--keep %s with verdict %s: %s', async (keep, verdict, expected) => {
    const record = await drill({ keep, verdict })
    expect(calls.filter((call) => call === 'keep' || call === 'delete')).toEqual([expected])
    expect(record.cluster?.kept).toBe(expected === 'keep')
  })

  test('a collector that throws leaves its check without evidence and the run goes on', async () => {
    const broken: Check = { ...check('first', 'unknown'), collect: { baseline: () => Promise.reject(new Error('no answer')) } }
    const record = await drill({ checks: [broken, check('second', 'pass')] })
    expect(journal.events.find((event) => event.type === 'evidence.missing')).toMatchObject({ check: 'first', when: 'baseline', chain: ['no answer'] })
    expect(calls).toContain('collect second settled')
    expect(record).toMatchObject({ verdict: 'unknown', exitCode: 2 })
  })
})
