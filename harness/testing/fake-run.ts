import type { ProbeSeries } from '../model/probe-series.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { RunView } from '../model/run-view.ts'
import { nothingToDoChanges, refusedChanges } from './fake-expected-ends.ts'
import { fakeDetails } from './fake-details.ts'
import { fakeFindings, fakeRecord } from './fake-record.ts'
import { hostileText, withHostileText } from './hostile-text.ts'
import { degradedResult, emptyResult, failedResult, unaffectedResult } from './recovery-results.ts'
import { type FakePath, fakeSeries } from './fake-series.ts'
import { detectionFloorMs } from '../probe/analysis/detection-floor.ts'
import { calibrationWith, goodCalibration } from './fake-calibration.ts'
import { summaryOf } from '../probe/analysis/summary.ts'

export { hostileText } from './hostile-text.ts'

export const fakeRunKinds = [
  'pass',
  'outage',
  'open-at-end',
  'unknown',
  'failing-repair',
  'refused',
  'nothing-to-do',
  'noop',
  'aborted',
  'hostile',
] as const
export type FakeRunKind = (typeof fakeRunKinds)[number]

interface Options {
  /** Of each path, at 50 Hz; 9 000 are three minutes. */
  readonly samples?: number
}

const probingFromMs = 62_000

/** A made-up run for tests of reports, so that they need no cluster. The same kind gives the same run. */
export function fakeRun(kind: FakeRunKind, { samples = 9000 }: Options = {}): RunView {
  const series = kind === 'aborted' ? [] : pathsOf(kind, samples).map(fakeSeries)
  const calibration = kind === 'aborted' ? calibrationWith([]) : goodCalibration
  const floorOf = (one: ProbeSeries) => detectionFloorMs(one, calibration.calibratedMs)
  const probes = series.map((one) => ({ ...summaryOf(one), detectionFloorMs: floorOf(one) }))
  const record = { ...fakeRecord(probingFromMs, samples * 20), calibration, probes }
  const whole = { ...record, ...resultOf(kind), ...changesOf(kind, record) }
  const details = fakeDetails(whole)
  return { record: whole, series, calibrationSeries: [], ...(kind === 'hostile' ? withHostileText(details) : details) }
}

/** What the repair says of itself; one was not asked in `noop`, and did not begin in `aborted`. */
function resultOf(kind: FakeRunKind): Pick<RunRecord, 'result'> {
  if (kind === 'noop' || kind === 'aborted') return {}
  if (kind === 'refused' || kind === 'nothing-to-do') return { result: unaffectedResult(kind) }
  if (kind === 'failing-repair') return { result: failedResult }
  if (kind === 'pass') return { result: emptyResult }
  return { result: degradedResult(kind === 'hostile' ? hostileText : '') }
}

function pathsOf(kind: FakeRunKind, samples: number): readonly FakePath[] {
  const path = (id: string, title: string, target: string, latencyMs: number): FakePath => ({
    id,
    title,
    target,
    latencyMs,
    samples,
    startMs: probingFromMs,
  })
  const paths = [
    path('pod', 'Pod address', 'http://10.244.1.3:8080/', 0.9),
    path('cluster-ip-new', 'ClusterIP, new connection', 'http://10.96.41.7:80/', 1.4),
    path('cluster-ip-reused', 'ClusterIP, reused connection', 'http://10.96.41.7:80/', 0.7),
    path('node-port', 'NodePort on the other worker', 'http://172.18.0.4:30080/', 1.9),
    path('null', 'The prober itself', 'http://127.0.0.1:9/', 0.3),
  ] as const
  const [pod, clusterNew, clusterReused, nodePort, own] = paths
  if (kind === 'outage') {
    const failing = [
      [1600, 1660, 1],
      [1700, 1701, 2],
      [2400, 2431, 2],
    ] as const
    return [pod, { ...clusterNew, failing }, { ...clusterReused, failing: [[1610, 1655, 2]] }, nodePort, own]
  }
  if (kind === 'open-at-end')
    return [pod, clusterNew, clusterReused, { ...nodePort, failing: [[6000, samples, 2]] }, own]
  if (kind === 'unknown') {
    const late = [
      [2000, 2080],
      [2300, 2312],
    ] as const
    return paths.map((each) => ({ ...each, late, missing: [[4000, 4150]] as const }))
  }
  if (kind === 'hostile') {
    const errors = ['none', hostileText, 'response-timeout']
    return [{ ...pod, id: 'pod', title: hostileText, target: hostileText, failing: [[1600, 1660, 1]], errors }]
  }
  return paths
}

function changesOf(kind: FakeRunKind, record: RunRecord): Partial<RunRecord> {
  const judged = (
    verdict: NonNullable<RunRecord['verdict']>,
    claim: string,
    changes: Parameters<typeof fakeFindings>[0],
  ): Partial<RunRecord> => ({
    verdict,
    claim: `${record.scenario.id}: ${claim}`,
    findings: fakeFindings(changes),
    exitCode: { pass: 0, fail: 1, unknown: 2 }[verdict],
  })
  const none = { failed: 0, longest: Math.max(...record.probes.map(({ longestGapMs }) => longestGapMs ?? 0)) }
  const quiet = `no failed probe in 36 000 over 4 paths, longest gap ${Math.round(none.longest)} ms`
  switch (kind) {
    case 'pass':
      return judged('pass', `recovered in 31 s; ${quiet}; all 9 checks pass`, {})
    case 'outage': {
      const summary = 'cluster-ip-new: 92 probes failed (refused, response-timeout), longest gap 1 220 ms (and 1 more)'
      return judged(
        'fail',
        'recovered in 31 s; 137 of 36 000 probes failed over 4 paths, longest gap 1 220 ms; failed: no-downtime',
        {
          'no-downtime': ['fail', summary],
        },
      )
    }
    case 'open-at-end':
      return judged('fail', 'recovered in 31 s; 3 000 of 36 000 probes failed over 4 paths; failed: no-downtime', {
        'no-downtime': ['fail', 'node-port: still failing when the probing ended'],
      })
    case 'unknown': {
      const summary =
        'pod: an outage of up to 3 022 ms is possible, unmeasured time included; allowed are 250 ms (and 4 more)'
      return judged('unknown', `recovered in 31 s; ${quiet}; unknown: no-downtime`, {
        'no-downtime': ['unknown', summary],
      })
    }
    case 'failing-repair': {
      const steps = record.steps
        .slice(0, 5)
        .map((step, index) => (index === 4 ? { ...step, status: 'failed' as const } : step))
      const changes = judged(
        'fail',
        `destroyed and not recovered; ${quiet}; failed: recovered; unknown: tokens-reissued`,
        {
          recovered: [
            'fail',
            'not recovered: the repair failed: step "start-etcd" <- etcd has no data on drill-7f3a-control-plane',
          ],
          'tokens-reissued': ['unknown', 'nothing was collected'],
          'cluster-usable': ['fail', 'the API does not answer'],
        },
      )
      return { ...changes, steps, milestones: record.milestones.slice(0, 2) }
    }
    case 'noop': {
      const changes = judged('pass', `nothing destroyed; ${quiet}; all 9 checks pass`, {})
      const phases = record.phases.filter(({ id }) => id !== 'inject' && id !== 'recover')
      const scenario = {
        id: 'noop',
        title: 'Nothing is destroyed and nothing repaired',
        hypothesis: 'A drill in which nothing happens passes.',
      }
      return {
        ...changes,
        scenario,
        injectedAtMs: null,
        steps: [],
        phases,
        losses: [],
        replaces: [],
        milestones: [],
        inputs: [],
        backups: [],
        claim: (changes.claim ?? '').replace('lost-pki', 'noop'),
      }
    }
    case 'refused':
      return refusedChanges(record, quiet)
    case 'nothing-to-do':
      return nothingToDoChanges(record, changesOf('noop', record))
    case 'aborted':
      return abortedChanges(record)
    case 'hostile':
      return hostileChanges(record)
  }
}

function abortedChanges(record: RunRecord): Partial<RunRecord> {
  const chain = ['creating the cluster drill-7f3a failed', 'kind exited with 1: failed to init node with kubeadm']
  return {
    stage: 'planned',
    verdict: null,
    claim: null,
    findings: [],
    exitCode: 3,
    injectedAtMs: null,
    steps: [],
    inputs: [],
    backups: [],
    phases: record.phases
      .slice(0, 2)
      .map((phase, index) => (index === 1 ? { ...phase, toMs: null, status: 'running' as const } : phase)),
    milestones: [],
    error: { phase: 'provision', message: chain[0] ?? '', chain },
    teardownErrors: ['the cluster drill-7f3a could not be deleted: run drill gc'],
  }
}

function hostileChanges(record: RunRecord): Partial<RunRecord> {
  const text = hostileText
  return {
    id: text,
    scenario: { id: text, title: text, hypothesis: text },
    argv: [text],
    verdict: 'fail',
    claim: text,
    findings: [{ id: text, title: text, verdict: 'fail', summary: text, details: [text, text] }],
    phases: record.phases.map((phase) => ({ ...phase, title: text })),
    steps: record.steps.map((step) => ({ ...step, title: text })),
    inputs: [{ node: text, path: text }],
    backups: [{ node: text, path: text }],
    versions: { [text]: text },
    images: { [text]: text },
    error: { phase: text, message: text, chain: [text] },
    teardownErrors: [text],
    exitCode: 1,
  }
}
