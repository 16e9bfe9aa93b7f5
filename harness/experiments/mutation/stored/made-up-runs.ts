import type { CertificateAuthorities } from '../../../observe/certificate-authorities.ts'
import type { WatchedApi } from '../../../checks/api-never-down/collect.ts'
import type { ControlPlanes } from '../../../observe/control-planes.ts'
import type { Neighbours } from '../../../checks/neighbours-as-before/collect.ts'
import type { RunView } from '../../../model/run-view.ts'
import { goodCalibration, goodRounds } from '../../../testing/fake-calibration.ts'
import { goodEvidence } from '../../../testing/good-evidence.ts'
import { moment } from '../../../testing/good-moments.ts'
import { goodRecord, goodRun, goodSeries } from '../../../testing/run-fixture.ts'

/** With its prober calibrated. */
export const calibratedRun: RunView = {
  ...goodRun,
  record: { ...goodRecord, calibration: goodCalibration },
  evidence: {
    ...goodEvidence,
    ...Object.fromEntries(goodRounds.map((seen) => [`calibration-${seen.round}`, seen])),
  },
}

/** A second prober sampled two of the paths too, between the samples of the first. */
export const twoProbersRun: RunView = {
  ...goodRun,
  events: [...goodRun.events, { seq: 2, atMs: 20_000, type: 'second-prober.started', paths: ['pod', 'cluster-ip'] }],
  secondSeries: ['pod', 'cluster-ip'].map((id) => {
    const { startMs, endMs, ...series } = goodSeries(id)
    return { ...series, startMs: startMs + 507, endMs: endMs + 7, ended: true, cpuMs: 4000 }
  }),
}

/** Nothing was lost: all that can be compared is the same at the end as in the baseline. */
export const nothingLostRun: RunView = {
  ...goodRun,
  record: { ...goodRecord, losses: [], replaces: [], injectedAtMs: null, milestones: [] },
  evidence: Object.fromEntries(
    Object.entries(goodEvidence).map(([name, seen]) => {
      const before = Object.entries(goodEvidence).find(([key]) => key === name.replace(/-settled$/, '-baseline'))
      return [name, before ? { ...before[1], ...moment(name.endsWith('-settled') ? 'settled' : 'baseline') } : seen]
    }),
  ),
}

const planes = ['control-plane', 'control-plane2']

function controlPlanes(age: string): ControlPlanes['planes'] {
  return goodEvidence[age === 'OLD' ? 'control-planes-baseline' : 'control-planes-settled'].planes.flatMap((plane) =>
    planes.map((node) => ({
      ...plane,
      node,
      serving: `serving:${node}:${age}`,
      etcd: { clusterId: '71', memberId: `member of ${node}`, members: 2 },
    })),
  )
}

const watched = (target: string, change: Partial<WatchedApi> = {}): WatchedApi => ({
  ...{ target, fromMs: 60_000, toMs: 220_000, samples: 790, late: 0, failures: [], longestGapMs: 260 },
  ...change,
})
/** An API server that was started again, as one that loads a new key must be. */
const restarted = (target: string, atMs: number) =>
  watched(target, { longestGapMs: 9000, failures: [{ atMs, problem: 'ECONNREFUSED' }] })

/** What several control planes must have in common, and how they are served; the other checks know of one only. */
export const twoControlPlanesRun: RunView = {
  ...goodRun,
  record: { ...goodRecord, topology: { controlPlanes: 2, workers: 1 } },
  evidence: {
    ...goodEvidence,
    'control-planes-baseline': { ...moment('baseline'), planes: controlPlanes('OLD'), balancer: null },
    'control-planes-settled': {
      ...moment('settled'),
      planes: controlPlanes('NEW'),
      balancer: { connections: 30, failed: 0, served: planes.map((node) => `serving:${node}:NEW`) },
    },
    'data-settled': {
      ...goodEvidence['data-settled'],
      members: planes.flatMap((node) => goodEvidence['data-settled'].members.map((member) => ({ ...member, node }))),
    },
    'sa-keys-baseline': saKeys('old-key-0123456789', 'baseline'),
    'sa-keys-settled': saKeys('new-key-0123456789', 'settled'),
    'api-watch': {
      apis: [restarted(planes[0] ?? '', 90_000), restarted(planes[1] ?? '', 110_000), watched('balancer')],
    },
  },
}

function saKeys(kid: string, when: 'baseline' | 'settled') {
  return { ...moment(when), planes: planes.map((node) => ({ node, signing: kid, published: [kid], loaded: [kid] })) }
}

function authorities(when: 'baseline' | 'settled', fingerprints: readonly (string | null)[]): CertificateAuthorities {
  return {
    ...moment(when),
    machines: fingerprints.map((fingerprint, index) => ({
      node: planes[index] ?? 'worker',
      uses: fingerprint === null ? [] : [{ file: 'ca.crt', fingerprint, by: 'pki/ca.crt' }],
    })),
  }
}

/** The repair was killed when the first control plane had its new CA, and was run again. */
export const killedRun: RunView = {
  ...goodRun,
  events: [...goodRun.events, { seq: 2, atMs: 99_000, type: 'recovery.killed', where: 'in start-etcd' }],
  evidence: {
    ...goodEvidence,
    'certificate-authorities-baseline': authorities('baseline', ['OLD', 'OLD', 'OLD']),
    'certificate-authorities-killed': authorities('baseline', ['NEW', null, 'OLD']),
    'certificate-authorities-settled': authorities('settled', ['NEW', 'NEW', 'NEW']),
  },
}

/** The repair was only planned. */
export const plannedRun: RunView = {
  ...goodRun,
  events: [...goodRun.events, { seq: 2, atMs: 99_000, type: 'recovery.planned', steps: [] }],
  evidence: {
    'plan-file-manifests': { before: { worker: 'aa', worker2: 'bb' }, after: { worker: 'aa', worker2: 'bb' } },
  },
}

const neighbours = (when: 'baseline' | 'settled'): Neighbours => ({
  ...moment(when),
  seen: [{ title: 'the proxy runs', node: 'worker', output: 'yes', problem: null, named: null }],
})

/** With a workload of the user's. */
export const neighboursRun: RunView = {
  ...goodRun,
  evidence: {
    ...goodEvidence,
    'neighbours-baseline': neighbours('baseline'),
    'neighbours-settled': neighbours('settled'),
  },
}
