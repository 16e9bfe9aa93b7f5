import { expect, test } from 'vitest'
import type { PodIdentity, PodSnapshot } from '../../observe/pod-snapshot.ts'
import { goodRun, withEvidence } from '../../testing/run-fixture.ts'
import { workloadsUndisturbed } from './check.ts'

const operator = 'echo-a'

/** A run in which an operator that stops without its lease restarted twice, in its pod. */
function restarted(change: Partial<PodIdentity> = {}, sandbox: { sandboxId?: string } = {}) {
  const isOperator = { stopsWithoutLease: true }
  const before = withEvidence('pods-baseline', (good) => ({
    ...good,
    pods: good.pods.map((pod) => (pod.name === operator ? { ...pod, ...isOperator } : pod)),
  }))
  const { pods, runtime, ...rest } = goodRun.evidence['pods-settled'] as PodSnapshot
  const settled = {
    ...rest,
    pods: pods.map((pod) => {
      if (pod.name !== operator) return pod
      const containers = pod.containers.map((one) => ({ ...one, id: 'other', restartCount: 2 }))
      return { ...pod, ...isOperator, containers, ...change }
    }),
    runtime: runtime.map(({ node, containers }) => ({
      node,
      containers: containers?.map((one) => (one.pod === operator ? { ...one, id: 'other', ...sandbox } : one)) ?? null,
    })),
  }
  return { ...before, evidence: { ...before.evidence, 'pods-settled': settled } }
}

test('it may restart more than once, and that is said', () => {
  expect(workloadsUndisturbed.judge(restarted())).toMatchObject({
    verdict: 'pass',
    summary: expect.stringContaining('credentials once and 1 operator that stopped without its lease; ') as string,
  })
})

test.each([
  ['not ready', restarted({ ready: false }), 'not ready in the end'],
  ['another pod', restarted({ uid: 'other' }), 'the pod is gone'],
  ['another sandbox', restarted({}, { sandboxId: 'other' }), 'the runtime no longer runs container main as it did'],
])('%s: fails', (_, run, words) => {
  const { verdict, details } = workloadsUndisturbed.judge(run)
  expect({ verdict, details: details.join() }).toEqual({
    verdict: 'fail',
    details: expect.stringContaining(words) as string,
  })
})

test('without a loss it may not restart', () => {
  const run = restarted()
  expect(workloadsUndisturbed.judge({ ...run, record: { ...run.record, injectedAtMs: null } }).verdict).toBe('fail')
})
