import { expect, test } from 'vitest'
import type { SmokeTest } from './collect.ts'
import { clusterUsable } from './check.ts'
import { goodRun, withEvidence } from '../../testing/run-fixture.ts'

const bad = { ok: false, detail: 'timed out' }

test('says what was tried', () => {
  expect(clusterUsable.judge(goodRun).summary).toBe(
    'a new Deployment ready after 2.1 s, DNS resolves, exec and logs work on 3 nodes',
  )
})

test.each<[string, (good: SmokeTest) => Partial<SmokeTest>, string]>([
  ['the Deployment', () => ({ deployment: bad }), 'a new Deployment: timed out'],
  ['DNS', () => ({ dns: bad }), 'DNS from its pod: timed out'],
  [
    'exec',
    ({ nodes }) => ({ nodes: nodes.map((node) => ({ ...node, exec: node.node === 'worker' ? bad : node.exec })) }),
    'exec on worker: timed out',
  ],
  [
    'logs',
    ({ nodes }) => ({ nodes: nodes.map((node) => ({ ...node, logs: node.node === 'worker2' ? bad : node.logs })) }),
    'logs on worker2: timed out',
  ],
])('fails when %s fails', (_, change, summary) => {
  expect(
    clusterUsable.judge(withEvidence('smoke-test-settled', (good) => ({ ...good, ...change(good) }))),
  ).toMatchObject({ verdict: 'fail', summary })
})

test('is unknown when a node was not tried', () => {
  const run = withEvidence('smoke-test-settled', (good) => ({ ...good, nodes: good.nodes.slice(1) }))
  expect(clusterUsable.judge(run)).toMatchObject({
    verdict: 'unknown',
    summary: 'exec and logs were tried on 2 of 3 nodes',
  })
})
