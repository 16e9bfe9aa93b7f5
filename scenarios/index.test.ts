import { expect, test } from 'vitest'
import { reasonsBefore, reasonsLater } from '../lib/engine/precondition-reasons.ts'
import { leavesClusterWhole } from '../harness/model/scenario.ts'
import { scenarios } from './index.ts'

const ids = scenarios.map(({ id }) => id)

test('ids are unique and name the loss', () => {
  expect(ids).toEqual([
    'lost-pki',
    'lost-sa-key',
    'lost-sa-key-on-one',
    'lost-sa-pub',
    'lost-kubelet-credentials',
    'lost-control-plane-kubelet-credentials',
    'lost-kubeconfigs',
    'lost-manifests',
    'lost-manifest-etcd',
    'lost-manifest-kube-apiserver',
    'lost-manifest-kube-controller-manager',
    'lost-manifest-kube-scheduler',
    'expired-certificates',
    'expired-kubelet-certificates',
    'corrupted-files',
    'one-control-plane-1',
    'one-control-plane-2',
    'one-control-plane-3',
    'lost-certificates',
    'lost-certificates-on-one',
    'lost-ca-key',
    'lost-etcd-ca-key',
    'lost-front-proxy-ca-key',
    'replaced-ca',
    'replaced-etcd-and-front-proxy-ca',
    'lost-ca-key-and-manifest',
    'external-ca',
    'two-cas',
    'old-backup-put-back',
    'moved-files',
    'lost-etcd-data',
    'healthy',
    'healthy-after-edits',
    'second-disaster',
    'noop',
    'no-repair',
  ])
})

test('ids of checks never change: they are the cases of a JUnit report', () => {
  expect(scenarios[0]?.checks.map(({ id }) => id)).toEqual([
    'healthy-before',
    'fault-proved',
    'recovered',
    'workloads-undisturbed',
    'no-downtime',
    'no-eviction',
    'eviction-guard',
    'data-kept',
    'tokens-reissued',
    'api-clients-work',
    'aggregated-api-served',
    'nothing-else-replaced',
    'control-planes-agree',
    'no-config-drift',
    'cluster-info-valid',
    'old-credentials-rejected',
    'new-worker-joins',
    'cluster-usable',
  ])
})

test.each(scenarios)('$id expects a refusal that the library knows, if any', ({ expects }) => {
  if (typeof expects !== 'string') expect({ ...reasonsBefore, ...reasonsLater }).toHaveProperty(expects.refused)
})

test.each(scenarios)('$id proves its losses only if it has any', ({ losses, recovery, checks, hypothesis }) => {
  expect(losses.flatMap(({ provedBy }) => provedBy).length > 0).toBe(losses.length > 0)
  expect(checks.some(({ id }) => id === 'fault-proved')).toBe(losses.length > 0)
  // What is repaired without a loss must say that there is nothing to do.
  if (losses.length === 0) expect(recovery !== undefined).toBe(checks.some(({ id }) => id === 'nothing-changed'))
  expect(hypothesis).toMatch(/^[A-Z].*\.$/)
  // It makes pods of its own, which no other check shall see.
  expect(checks.findIndex(({ id }) => id === 'cluster-usable')).toBeOneOf([-1, checks.length - 1])
})

test('another drill gets the cluster only where all that was lost is back', () => {
  expect(scenarios.filter((one) => !leavesClusterWhole(one)).map(({ id }) => id)).toEqual([
    // The old service-account key goes on verifying tokens.
    'lost-sa-key',
    'lost-certificates',
    // The repair refuses, or leaves alone what it cannot bring back.
    'lost-ca-key-and-manifest',
    'external-ca',
    'two-cas',
    'old-backup-put-back',
    'moved-files',
    'lost-etcd-data',
    // The operator's edits stay.
    'healthy-after-edits',
    'second-disaster',
    'no-repair',
  ])
})
