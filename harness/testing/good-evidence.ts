import type { AggregatedApi } from '../checks/aggregated-api-served/collect.ts'
import type { ApiClientStatus } from '../checks/api-clients-work/collect.ts'
import type { ApiServers } from '../observe/api-servers.ts'
import type { ClusterInfo } from '../checks/cluster-info-valid/collect.ts'
import type { ControlPlanes } from '../observe/control-planes.ts'
import type { EvictionEvents } from '../checks/no-eviction/collect.ts'
import { type Configuration, filesOf } from '../checks/no-config-drift/collect.ts'
import type { NewWorker } from '../checks/new-worker-joins/collect.ts'
import type { NodeSnapshot } from '../observe/node-snapshot.ts'
import type { PodIdentity, PodSnapshot } from '../observe/pod-snapshot.ts'
import type { TokenInventory } from '../checks/tokens-reissued/collect.ts'
import type { z } from 'zod'
import type { apiWatchSchema } from '../checks/api-never-down/collect.ts'
import { goodData } from './good-data.ts'
import { credentials, saKeys } from './good-credentials.ts'
import { evictionGuard } from './good-guard.ts'
import { identities, staticPods } from './good-identities.ts'
import { moment, moments, wallAt, type When } from './good-moments.ts'
import { clusterState } from './good-state.ts'
import type { SmokeTest } from '../checks/cluster-usable/collect.ts'

/** What the collectors find in a run of lost-pki on one control plane and two workers in which everything went well. */
export const goodEvidence = {
  'api-servers-baseline': apiServers('baseline'),
  'api-servers-recovered': apiServers('recovered'),
  'api-servers-settled': apiServers('settled'),
  'nodes-baseline': nodes('baseline'),
  'nodes-recovered': nodes('recovered'),
  'nodes-settled': nodes('settled'),
  'pods-baseline': pods('baseline'),
  'pods-settled': pods('settled'),
  'aggregated-api-baseline': aggregatedApi('baseline', ['CA:OLD', 'FRONT:OLD']),
  'aggregated-api-recovered': aggregatedApi('recovered', ['CA:NEW', 'FRONT:NEW']),
  'aggregated-api-settled': aggregatedApi('settled', ['CA:NEW', 'FRONT:NEW']),
  'api-client-status-baseline': apiClientStatus('baseline', 'old-key-0123456789'),
  'api-client-status-recovered': apiClientStatus('recovered', 'new-key-0123456789'),
  'api-client-status-settled': apiClientStatus('settled', 'new-key-0123456789'),
  'control-planes-baseline': controlPlanes('baseline', 'OLD'),
  'control-planes-settled': controlPlanes('settled', 'NEW'),
  ...goodData,
  'cluster-info-baseline': clusterInfo('baseline', 'OLD'),
  'cluster-info-settled': clusterInfo('settled', 'NEW'),
  'configuration-baseline': noConfigDrift('baseline'),
  'configuration-settled': noConfigDrift('settled'),
  'eviction-events-settled': { ...moment('settled'), events: [] } satisfies EvictionEvents as EvictionEvents,
  'eviction-guard': evictionGuard(),
  'tokens-baseline': tokens('baseline', 'old-key-0123456789'),
  'tokens-settled': tokens('settled', 'new-key-0123456789'),
  'sa-keys-baseline': saKeys('baseline', 'old-key-0123456789'),
  'sa-keys-settled': saKeys('settled', 'new-key-0123456789'),
  'credentials-baseline': credentials('baseline', 'AA:AA', 200),
  'credentials-settled': credentials('settled', 'BB:BB', 401),
  'new-worker-settled': {
    ...moment('settled'),
    node: 'new-worker',
    steps: ['machine', 'token', 'join', 'ready', 'leave'].map((what, index) => ({
      what,
      ok: true,
      detail: 'done',
      tookMs: 100 + index * 4000,
    })),
  } satisfies NewWorker as NewWorker,
  'identities-baseline': identities('baseline', 'old'),
  'identities-settled': identities('settled', 'new'),
  'api-watch': {
    apis: ['control-plane', 'balancer'].map((target) => ({
      ...{ target, fromMs: 60_000, toMs: 220_000, samples: 790, late: 0, failures: [], longestGapMs: 260 },
    })),
  } satisfies z.infer<typeof apiWatchSchema> as z.infer<typeof apiWatchSchema>,
  'state-unrepaired': clusterState('unrepaired'),
  'state-settled': clusterState('settled'),
  'smoke-test-settled': {
    ...moment('settled'),
    deployment: { ok: true, detail: 'ready after 2.1 s' },
    dns: { ok: true, detail: 'kubernetes.default.svc.cluster.local is 10.96.0.1' },
    nodes: ['control-plane', 'worker', 'worker2'].map((node) => ({
      node,
      exec: { ok: true, detail: 'Kubernetes v1.36.4' },
      logs: { ok: true, detail: '200 characters of kube-proxy' },
    })),
  } satisfies SmokeTest as SmokeTest,
}

function apiServers(when: When): ApiServers {
  return { ...moment(when), servers: [{ node: 'control-plane', verified: false, status: 200, error: null }] }
}

function nodes(when: When): NodeSnapshot {
  return {
    ...moment(when),
    nodes: ['control-plane', 'worker', 'worker2'].map((name) => ({
      name,
      ready: 'True' as const,
      readySince: wallAt(0),
      reason: 'KubeletReady',
      taints: name === 'control-plane' ? [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] : [],
      leaseRenewedAt: wallAt(moments[when] - 3000),
    })),
  }
}

function pod(namespace: string, name: string, index: number, more: Partial<PodIdentity> = {}): PodIdentity {
  const container = { name: 'main', id: `container-${name}`, startedAt: wallAt(0), restartCount: 0, ready: true }
  return {
    namespace,
    name,
    uid: `uid-${name}`,
    node: index % 2 === 0 ? 'worker' : 'worker2',
    ip: `10.244.1.${index}`,
    phase: 'Running',
    ready: true,
    deleting: false,
    mirror: false,
    tokenVolumes: [],
    evictedAfterSeconds: 300,
    readsOnce: false,
    stopsWithoutLease: false,
    containers: [container],
    ...more,
  }
}

/** As kubelet leaves a container that was killed and started again in the same pod. */
function restarted(): Partial<PodIdentity> {
  const startedAt = wallAt(moments.recovered)
  return { containers: [{ name: 'main', id: 'container-successor', startedAt, restartCount: 1, ready: true }] }
}

function pods(when: When): PodSnapshot {
  const list = [
    pod('drill', 'echo-a', 2),
    pod('drill', 'echo-b', 3),
    pod('drill', 'canary-a', 4, { evictedAfterSeconds: 30 }),
    pod('drill-workload', 'api-client-once-a', 7, { readsOnce: true, ...(when === 'settled' ? restarted() : {}) }),
    pod('kube-system', 'kube-proxy-a', 5, { evictedAfterSeconds: null }),
    pod('kube-system', 'etcd-control-plane', 6, { mirror: true, evictedAfterSeconds: null }),
  ]
  const runtime = ['worker', 'worker2'].map((node) => ({
    node,
    containers: list
      .filter((candidate) => candidate.node === node)
      .map(({ namespace, name, uid, containers: [container] }) => ({
        podUid: uid,
        namespace,
        pod: name,
        name: 'main',
        id: container?.id ?? '',
        sandboxId: `sandbox-${name}`,
        createdAt: container?.startedAt ?? '',
        running: true,
      })),
  }))
  return { ...moment(when), pods: list, runtime: [...runtime, { node: 'control-plane', containers: staticPods(when) }] }
}

function tokens(when: When, kid: string): TokenInventory {
  const claims = { kid, sub: 'system:serviceaccount:drill:default', iat: 1, exp: 2 }
  return {
    ...moment(when),
    signingKeys: [{ node: 'control-plane', kid }],
    mounted: ['echo-a', 'echo-b'].map((name) => ({
      namespace: 'drill',
      pod: name,
      podUid: `uid-${name}`,
      node: 'worker',
      volume: 'kube-api-access',
      claims,
      accepted: true,
    })),
    legacy: [{ namespace: 'drill', secret: 'legacy', claims: { ...claims, exp: null }, accepted: true }],
  }
}

function apiClientStatus(when: When, tokenKid: string): ApiClientStatus {
  const status = (readOnce: boolean) => ({
    outcome: 'ok',
    detail: '200',
    since: wallAt(moments[when] - 5000),
    lastCallAt: wallAt(moments[when] - 700),
    calls: 5,
    tokenKid,
    readOnce,
  })
  return {
    ...moment(when),
    clients: [
      { pod: 'api-client-a', status: status(false), problem: null },
      { pod: 'api-client-once-a', status: status(true), problem: null },
    ],
  }
}

function aggregatedApi(when: When, cas: string[]): AggregatedApi {
  const served = { available: true, reason: 'Passed: all checks passed', status: 200, user: 'kubernetes-admin' }
  return { ...moment(when), ...served, problem: null, namedCas: cas, usedCas: cas }
}

function clusterInfo(when: When, ca: string): ClusterInfo {
  return {
    ...moment(when),
    server: 'https://lb:6443',
    ca,
    clusterCa: ca,
    signatures: [{ token: 'abcdef', state: 'valid' }],
    tokens: [{ token: 'abcdef', signs: true, signed: true, expires: null }],
  }
}

function noConfigDrift(when: When): Configuration {
  const machine = (node: string, role: 'control-plane' | 'worker') => ({
    node,
    role,
    files: Object.fromEntries(filesOf(role).map((path) => [path, { field: 'as it was' }])),
  })
  return {
    ...moment(when),
    machines: [machine('control-plane', 'control-plane'), machine('worker', 'worker'), machine('worker2', 'worker')],
  }
}

function controlPlanes(when: When, age: string): ControlPlanes {
  const files = Object.fromEntries(
    ['ca.crt', 'front-proxy-ca.crt', 'etcd/ca.crt', 'sa.pub'].map((file) => [file, `${file}:${age}`]),
  )
  const etcd = { clusterId: '7193548503904309421', memberId: '175233138742228877', members: 1 }
  return {
    ...moment(when),
    planes: [{ node: 'control-plane', files, etcd, serving: `serving:${age}` }],
    balancer: null,
  }
}
