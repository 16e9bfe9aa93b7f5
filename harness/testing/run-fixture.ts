import { outcomes, type ProbeSeries } from '../model/probe-series.ts'
import type { JournalEvent } from '../model/journal.ts'
import type { Milestone } from '../model/milestone.ts'
import { subjects } from '../model/subject.ts'
import { type ProbeSummary, type RunRecord, recordVersion } from '../model/run-record.ts'
import type { RunView } from '../model/run-view.ts'
import { goodEvidence } from './good-evidence.ts'
import { wallAt } from './good-moments.ts'

const sampleCount = 10_000
export function goodSeries(id: string): ProbeSeries {
  return {
    id,
    title: id,
    target: 'http://10.244.1.2:8080/',
    intervalMs: 20,
    deadlineMs: 250,
    startMs: 20_000,
    endMs: 20_000 + sampleCount * 20,
    seq: Uint32Array.from({ length: sampleCount }, (_, index) => index),
    lagMs: new Float32Array(sampleCount),
    latencyMs: new Float32Array(sampleCount).fill(1),
    outcome: new Uint8Array(sampleCount).fill(outcomes.ok),
    error: new Uint8Array(sampleCount),
    backend: new Uint8Array(sampleCount).fill(1),
    errors: ['none'],
    backends: ['none', 'echo-a 1111', 'echo-b 2222'],
  }
}

export function goodSummary(id: string): ProbeSummary {
  const { title, target, intervalMs, deadlineMs } = goodSeries(id)
  return {
    ...{ id, title, target, intervalMs, deadlineMs },
    ...{ planned: sampleCount, sent: sampleCount, ok: sampleCount, failed: 0, unmeasured: 0, coverage: 1 },
    ...{ longestGapMs: 31, longestGapAtMs: 100_000, openAtEnd: false, outages: [] },
    ...{ outageBoundMs: 33, outageBoundAtMs: 99_998, detectableOneIn: 2171 },
    latencyMs: { p50: 1, p99: 2, max: 9 },
    lagMs: { p50: 0, p99: 1, max: 3 },
  }
}

export const goodEvents: readonly JournalEvent[] = [
  { seq: 0, atMs: 70_000, type: 'fault.injected' },
  {
    seq: 1,
    atMs: 95_000,
    type: 'fault.proved',
    result: 'confirmed',
    summary: 'all is gone',
    details: ['files gone', 'sandboxes gone'],
  },
]

const paths = ['pod', 'cluster-ip', 'null']
const goodTimes: Readonly<Record<string, number | null>> = {
  detected: 25_000,
  'recovery-started': 26_000,
  'etcd-healthy': 30_000,
  'api-ready': 40_000,
  'leases-fresh': 50_000,
  'nodes-ready': 51_000,
  'tokens-reissued': 52_000,
  recovered: 57_000,
}

const milestonesAt = (times: typeof goodTimes): Milestone[] =>
  Object.entries(times).flatMap(([id, atMs]) => (atMs === null ? [] : [{ id, title: id, atMs }]))

/** The good run's milestones with other times; null: not reached. */
export const reached = (times: typeof goodTimes): Pick<RunRecord, 'milestones'> => ({
  milestones: milestonesAt({ ...goodTimes, ...times }),
})

export const goodRecord: RunRecord = {
  schemaVersion: recordVersion,
  id: '20261124T020000Z-lost-pki-m1',
  stage: 'collected',
  scenario: { id: 'lost-pki', title: 'All keys are gone', hypothesis: 'Nobody notices.' },
  losses: [{ id: 'files:/etc/kubernetes', title: 'rm -rf /etc/kubernetes' }],
  replaces: [...subjects],
  replacesOn: null,
  stillAccepted: [],
  mayRestart: [],
  expects: 'pass',
  argv: ['run', 'lost-pki'],
  startedAt: wallAt(0),
  finishedAt: null,
  durationMs: null,
  injectedAtMs: 70_000,
  topology: { controlPlanes: 1, workers: 2 },
  recovery: { id: 'library', options: {} },
  versions: {},
  images: {},
  host: { cores: 2, memoryBytes: 1, cgroup: 'v2' },
  git: { commit: null, dirty: null },
  cluster: null,
  inputs: [],
  backups: [],
  plan: [],
  budgets: {
    ...{ longestGapMs: 250, failedProbes: 0, detectableOneIn: 500 },
    milestones: { recovered: { ms: 40_000 }, 'nodes-ready': { ms: 45_000 }, 'tokens-reissued': { ms: 45_000 } },
    cpuSeconds: 80,
  },
  hostSpeed: { referenceMs: 640, baselineMs: 640, recoveredMs: 640, othersShare: 0 },
  cpuSeconds: 52,
  proberScheduling: 'SCHED_RR 10',
  phases: [
    { id: 'baseline', title: '', fromMs: 40_000, toMs: 65_000, status: 'done' },
    { id: 'settle', title: '', fromMs: 127_000, toMs: 220_000, status: 'done' },
  ],
  steps: [],
  milestones: milestonesAt(goodTimes),
  probes: paths.map(goodSummary),
  verdict: null,
  claim: null,
  findings: [],
  exitCode: null,
  error: null,
  teardownErrors: [],
}

/** What the unit tests of the checks start from and spoil. */
export const goodRun: RunView = {
  record: goodRecord,
  events: goodEvents,
  series: paths.map(goodSeries),
  calibrationSeries: [],
  evidence: goodEvidence,
}

/** A run in which nothing was seen: ended before its baseline. */
export const emptyRun: RunView = {
  record: { ...goodRecord, probes: [], phases: [] },
  events: [],
  series: [],
  calibrationSeries: [],
  evidence: {},
}

export const withRecord = (change: Partial<RunRecord>): RunView => ({
  ...goodRun,
  record: { ...goodRecord, ...change },
})

/** The good run with one piece of evidence changed. */
export const withEvidence = <N extends keyof typeof goodEvidence>(
  name: N,
  change: (good: (typeof goodEvidence)[N]) => unknown,
): RunView => ({
  ...goodRun,
  evidence: { ...goodEvidence, [name]: change(goodEvidence[name]) },
})

/** The good run with one probe path changed. */
export const withProbe = (id: string, change: Partial<ProbeSummary>): RunView =>
  withRecord({ probes: goodRecord.probes.map((probe) => (probe.id === id ? { ...probe, ...change } : probe)) })

/** The run of a scenario without a loss, whose repair has nothing to do. */
export const untouchedRun: RunView = {
  ...goodRun,
  record: { ...goodRecord, losses: [], replaces: [], injectedAtMs: null, milestones: [] },
  events: [
    { seq: 0, atMs: 96_000, type: 'milestone.reached', milestone: 'recovery-started' },
    { seq: 1, atMs: 99_000, type: 'recovery.not-needed' },
  ],
}

/** The run of a scenario whose losses the repair must refuse, and did. */
export const refusedRun: RunView = {
  ...goodRun,
  record: { ...goodRecord, expects: { refused: 'etcd-data-missing' }, ...reached({ recovered: null }) },
  events: [
    ...goodEvents,
    { seq: 2, atMs: 99_000, type: 'recovery.failed', chain: ['etcd has no data'], refused: 'etcd-data-missing' },
  ],
}
