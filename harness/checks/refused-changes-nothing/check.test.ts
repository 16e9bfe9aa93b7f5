import { expect, test } from 'vitest'
import { goodEvents, goodRun } from '../../testing/run-fixture.ts'
import { refusedChangesNothing } from './check.ts'

const check = refusedChangesNothing('etcd-data-missing')
const manifests = { 'control-plane': 'a 1 sum', worker: 'b 1 sum', worker2: 'c 1 sum' }
const failed = (refused?: string) => ({
  ...{ seq: 9, atMs: 99_000, type: 'recovery.failed', chain: ['etcd has no data'] },
  ...(refused === undefined ? {} : { refused }),
})
const judged = (events: readonly object[], after: object = manifests) =>
  check.judge({
    ...goodRun,
    events: [...goodEvents, ...(events as typeof goodEvents)],
    evidence: { 'manifests-before-repair': manifests, 'manifests-after-repair': after },
  })

test('passes where the expected reason is named and nothing changed', () => {
  expect(judged([failed('etcd-data-missing')])).toMatchObject({
    verdict: 'pass',
    summary: 'the repair refused (etcd-data-missing), and no file changed on 3 machines',
  })
})

test.each([
  ['nothing was refused', [], 'the repair did not refuse'],
  [
    'another reason',
    [failed('unreachable')],
    'the repair refused for another reason (unreachable) than etcd-data-missing',
  ],
  ['a repair that broke', [failed()], 'the repair failed, and did not refuse: etcd has no data'],
])('fails for %s', (_, events, summary) => {
  expect(judged(events)).toMatchObject({ verdict: 'fail', summary })
})

test('fails where a file changed', () => {
  expect(judged([failed('etcd-data-missing')], { ...manifests, worker: 'b 2 sum' })).toMatchObject({
    verdict: 'fail',
    summary: 'files changed on worker, though the repair refused',
  })
})

test('is unknown without a proof, without evidence, or with a machine that was not seen', () => {
  const unproved = { ...goodRun, events: [failed('etcd-data-missing')], evidence: {} }
  expect(check.judge(unproved).verdict).toBe('unknown')
  const seen = { worker: 'b 1 sum' }
  const evidence = { 'manifests-before-repair': seen, 'manifests-after-repair': seen }
  const events = [...goodEvents, failed('etcd-data-missing')]
  expect(check.judge({ ...goodRun, events, evidence })).toMatchObject({
    verdict: 'unknown',
    summary: '1 of 3 machines seen',
  })
})
