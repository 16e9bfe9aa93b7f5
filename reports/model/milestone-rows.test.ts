import { expect, test } from 'vitest'
import { milestoneRows } from './milestone-rows.ts'

test('in the order in which they were reached, with the time since the one before; the missing ones last', () => {
  const none = { felt: null, leasesFresh: null, nodesReady: null, tokensReissued: null, recovered: null }
  const rows = milestoneRows({ milestones: { ...none, recoveryStarted: 8000, etcdHealthy: 20_000, apiReady: 19_000 } })
  expect(rows.slice(0, 4).map(({ name, atMs, afterMs }) => [name, atMs, afterMs])).toEqual([
    ['recoveryStarted', 8000, 8000],
    ['apiReady', 19_000, 11_000],
    ['etcdHealthy', 20_000, 1000],
    ['felt', null, null],
  ])
  expect(rows).toHaveLength(8)
})
