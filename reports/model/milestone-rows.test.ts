import { expect, test } from 'vitest'
import { milestoneRows } from './milestone-rows.ts'

const none = { detected: null, leasesFresh: null, nodesReady: null, tokensReissued: null, recovered: null }

test('in the order in which they were reached, with the time since the one before; the missing ones last', () => {
  const rows = milestoneRows({ milestones: { ...none, recoveryStarted: 8000, etcdHealthy: 20_000, apiReady: 19_000 } })
  expect(rows.slice(0, 4).map(({ name, atMs, text, afterMs }) => [name, atMs, text, afterMs])).toEqual([
    ['recoveryStarted', 8000, '8.00\u00A0s', 8000],
    ['apiReady', 19_000, '19.0\u00A0s', 11_000],
    ['etcdHealthy', 20_000, '20.0\u00A0s', 1000],
    ['detected', null, 'not reached', null],
  ])
  expect(rows).toHaveLength(8)
})

test('what a repair passed on its way and did not tell is not said to be missed', () => {
  const milestones = { ...none, recoveryStarted: 8000, etcdHealthy: null, apiReady: null, recovered: 60_000 }
  expect(milestoneRows({ milestones }).at(-1)?.text).toBe('not told')
})
