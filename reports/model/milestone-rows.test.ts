import { expect, test } from 'vitest'
import { milestoneRows } from './milestone-rows.ts'

const budgets = {
  ...{ longestGapMs: 250, failedProbes: 0, detectableOneIn: 500 },
  milestones: { recovered: { ms: 1 }, 'nodes-ready': { ms: 1 } },
  cpuSeconds: null,
}
const at = (id: string, atMs: number) => ({ id, title: `Title of ${id}`, atMs })

test('in the order in which they were reached, with the time since the one before; the missing ones last', () => {
  const milestones = [at('recovery-started', 8000), at('etcd-healthy', 20_000), at('of-somebody-else', 19_000)]
  const rows = milestoneRows({ milestones, budgets })
  expect(rows.map(({ id, atMs, text, afterMs }) => [id, atMs, text, afterMs])).toEqual([
    ['recovery-started', 8000, '8.00\u00A0s', 8000],
    ['of-somebody-else', 19_000, '19.0\u00A0s', 11_000],
    ['etcd-healthy', 20_000, '20.0\u00A0s', 1000],
    ['recovered', null, 'not reached', null],
    ['nodes-ready', null, 'not reached', null],
  ])
  expect(rows[1]?.title).toBe('Title of of-somebody-else')
})

test('a milestone that a repair passed without announcing it is not called missed', () => {
  const milestones = [at('recovery-started', 8000), at('recovered', 60_000)]
  expect(milestoneRows({ milestones, budgets }).at(-1)?.text).toBe('not announced')
})
