import { expect, test } from 'vitest'
import { goodRun, withEvidence, withRecord } from '../../testing/run-fixture.ts'
import { evictionGuard } from './check.ts'

test('passes, and names who left a ready set because it had to be restarted, and when nothing was watched', () => {
  const { summary, details } = evictionGuard.judge(goodRun)
  expect(summary).toBe(
    '2 Services with 3 ready pods kept them, no Node was tainted and no pod deleted, watched for 160 s but for 40 s in all; 1 exception',
  )
  expect(details).toEqual([
    'drill-workload/clients: drill-workload/api-client-once-a left the ready endpoints for 2.1 s, at 116 s: restarted in place, because its credentials were replaced',
    'not watched for 40 s, from 71 s on',
    'default/kubernetes: written by the API servers themselves, and not judged',
  ])
})

test('where credentials were kept nobody may leave', () => {
  expect(evictionGuard.judge(withRecord({ replaces: [] }))).toMatchObject({
    verdict: 'fail',
    summary: expect.stringContaining('api-client-once-a left the ready endpoints for 2.1 s') as string,
  })
})

test.each([
  ['watched only after the loss', { fromMs: 70_001 }, 'watched only after the loss'],
  ['ended early', { toMs: 126_000 }, 'not watched until the repair was over'],
  ['no ready pod', { services: [], shrunk: [] }, 'no Service had a ready pod'],
])('%s proves nothing', (_, change, summary) => {
  const run = withEvidence('eviction-guard', (good) => ({ ...good, ...change }))
  expect(evictionGuard.judge(run)).toMatchObject({ verdict: 'unknown', summary })
})
