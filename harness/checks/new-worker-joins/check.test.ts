import { expect, test } from 'vitest'
import { newWorkerJoins } from './check.ts'
import { goodRun, withEvidence } from '../../testing/run-fixture.ts'

const failing = (name: string) =>
  withEvidence('new-worker-settled', (good) => {
    const index = good.steps.findIndex(({ what }) => what === name)
    return {
      ...good,
      steps: [...good.steps.slice(0, index), { what: name, ok: false, detail: 'timed out', tookMs: 1 }],
    }
  })

test('says how long it took', () => {
  expect(newWorkerJoins.judge(goodRun)).toMatchObject({
    verdict: 'pass',
    summary: 'a fresh worker joined in 8.1 s and its Node was Ready 12 s later',
  })
})

test.each([
  ['token', 'kubeadm token create: timed out'],
  ['join', 'kubeadm join: timed out'],
  ['ready', 'waiting for its Node: timed out'],
  ['leave', 'taking it out again: timed out'],
])('fails at %s', (name, summary) => {
  expect(newWorkerJoins.judge(failing(name))).toMatchObject({ verdict: 'fail', summary })
})

test('a machine that this host does not start says nothing about the cluster', () => {
  expect(newWorkerJoins.judge(failing('machine'))).toMatchObject({
    verdict: 'unknown',
    summary: 'starting a fresh machine: timed out (and 5 more)',
  })
})

test('is unknown when it was interrupted', () => {
  const run = withEvidence('new-worker-settled', (good) => ({ ...good, steps: good.steps.slice(0, 3) }))
  expect(newWorkerJoins.judge(run)).toMatchObject({
    verdict: 'unknown',
    summary: 'not seen: waiting for its Node (and 1 more)',
  })
})
