import { defaultOptions } from '../../lib/engine/options.ts'
import { runSteps, type Step } from '../../lib/engine/step.ts'
import type { ClusterState } from '../../lib/model.ts'
import type { DrillPlan, DrillEnvironment, KeepPolicy } from '../run/environment-port.ts'
import type { Check } from '../model/check.ts'
import type { Cluster } from '../model/cluster.ts'
import type { Journal } from '../model/journal.ts'
import type { Proof } from '../model/proof.ts'
import type { Scenario } from '../model/scenario.ts'
import { drillMilestone } from '../model/milestone.ts'
import { evidenceStore } from '../store/run-directory.ts'
import type { Verdict } from '../model/run-record.ts'

/** What a test of the engine changes about a drill in which all goes well. */
export interface FakeWorld {
  readonly proof?: Proof['result']
  readonly steps?: readonly Step[]
  readonly verdict?: Verdict
  readonly keep?: KeepPolicy
  readonly noop?: boolean
  /** Nothing is lost, and the repair is run nevertheless. */
  readonly healthy?: boolean
  readonly expects?: Scenario['expects']
  readonly checks?: readonly Check[]
  readonly ports?: Partial<DrillEnvironment>
}

export const fakeCluster: Cluster = {
  name: 'drill-fake',
  machines: [],
  controlPlanes: [],
  workers: [],
  kubeconfigPath: '',
}

/** Fakes of the engine's ports that write down in `calls` what was asked of them. */
export function fakeDrill(runDir: string, journal: Journal, signal: AbortSignal) {
  const calls: string[] = []
  const note = (call: string) => async () => void calls.push(call)
  const step = (id: string, run: Step['run'] = note(`step ${id}`)): Step => ({ id, title: id, run })
  const check = (id: string, verdict: Verdict): Check => ({
    id,
    title: id,
    collect: { baseline: note(`collect ${id} baseline`), settled: note(`collect ${id} settled`) },
    judge: () => ({ id, title: id, verdict, summary: `${id} says ${verdict}`, details: [] }),
  })

  const scenarioOf = (world: FakeWorld): Scenario => ({
    id: 'fake',
    title: 'Fake',
    hypothesis: 'It holds.',
    checks: world.checks ?? [check('first', world.verdict ?? 'pass')],
    budgets: {
      longestGapMs: 250,
      failedProbes: 0,
      detectableOneIn: 500,
      milestones: { recovered: { ms: 40_000, perControlPlaneMs: 10_000 } },
    },
    expects: world.expects ?? 'pass',
    drills: [],
    ...(world.noop ? { losses: [] } : world.healthy ? { losses: [], recovery: 'fake' } : damageOf(world)),
  })

  const damageOf = (world: FakeWorld): Pick<Scenario, 'losses' | 'recovery'> => ({
    losses: [
      {
        id: 'break',
        title: 'Break it',
        provedBy: [],
        replaces: ['cluster-ca'],
        supports: () => ({ ok: true }),
        inject: note('inject'),
        prove: async () => ({ result: world.proof ?? 'confirmed', summary: 'looked', details: [] }),
      },
    ],
    recovery: 'fake',
  })

  const planOf = (world: FakeWorld): DrillPlan => ({
    id: 'run',
    clusterName: 'drill-fake',
    scenario: scenarioOf(world),
    topology: { controlPlanes: 1, workers: 2 },
    argv: ['run', 'fake'],
    keep: world.keep ?? 'never',
    runDir,
    startedAt: new Date(),
    durations: { baselineMs: 1, evictionWindowMs: 5, watchMs: 5 },
    ...(scenarioOf(world).recovery === undefined ? {} : { recovery: { id: 'library', options: defaultOptions } }),
  })

  const portsOf = (world: FakeWorld): DrillEnvironment => ({
    preflight: note('preflight'),
    environment: async () => ({
      versions: {},
      images: {},
      host: { cores: 2, memoryBytes: 1, cgroup: 'v2' },
      git: { commit: null, dirty: null },
    }),
    measureHostSpeed: async () => ({ cores: 2, cpuMs: 640, samples: 9, referenceMs: 640 }),
    watchCpuPressure: () => () => ({ source: 'none', cores: 2, samples: [] }),
    readCpu: async () => ({ atMs: performance.now(), machinesMs: 0, childrenMs: 0, instrumentMs: 0, busyMs: 0 }),
    takeOverCluster: async () => (calls.push('take over'), fakeCluster),
    createCluster: async () => (calls.push('create'), fakeCluster),
    deleteCluster: note('delete'),
    keepCluster: note('keep'),
    context: (plan, cluster, _journal, contextSignal) => ({
      runDir,
      topology: plan.topology,
      cluster,
      journal,
      evidence: evidenceStore(runDir),
      signal: contextSignal,
      secrets: new Map(),
      background: new Map(),
      api: () => Promise.reject(new Error('no API')),
    }),
    startProbes: async (_plan, _context, registerUndo) => {
      calls.push('probe')
      registerUndo(note('stop probes'))
      return {
        stop: note('stop probes'),
        calibrate: (round) => note(`calibrate ${round}`)(),
        processIds: [],
        enoughAtMs: 0,
      }
    },
    kubeadmConfig: async () => 'kind: ClusterConfiguration',
    planRepair: async () => [],
    repair: async (_plan, _context, kubeadmConfig) => {
      const inventory = { controlPlanes: [], workers: [], ...(kubeadmConfig === undefined ? {} : { kubeadmConfig }) }
      const emit = (event: { type: string }) => void journal.append(event)
      journal.append(drillMilestone('recovery-started'))
      await runSteps(world.steps ?? [step('one'), step('two')], {} as ClusterState, { inventory, signal, emit })
    },
    recovered: note('recovered'),
    collectLogs: async () => (calls.push('logs'), []),
    ...world.ports,
  })

  return { calls, step, check, planOf, portsOf }
}
