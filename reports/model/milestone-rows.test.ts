import { expect, test } from 'vitest'
import { milestoneRows } from './milestone-rows.ts'

const budgets = {
  ...{ longestGapMs: 250, failedProbes: 0, detectableOneIn: 500 },
  milestones: { recovered: { ms: 1 }, 'nodes-ready': { ms: 1 } },
  cpuSeconds: null,
}
const hostSpeed = { referenceMs: 640, baselineMs: 640, recoveredMs: 640, othersShare: 0 }
const at = (id: string, atMs: number) => ({ id, title: `Title of ${id}`, atMs })

test('in the order in which they were reached, with the time since the one before; the missing ones last', () => {
  const milestones = [at('recovery-started', 8000), at('etcd-healthy', 20_000), at('of-somebody-else', 19_000)]
  const rows = milestoneRows({ milestones, budgets, hostSpeed })
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
  expect(milestoneRows({ milestones, budgets, hostSpeed }).at(-1)?.text).toBe('not announced')
})

test('what the repair took beside its budget, and the budget of this host where it grew', () => {
  const milestones = [at('recovery-started', 8000), at('recovered', 70_000)]
  const rows = (othersShare: number) =>
    milestoneRows({
      milestones,
      budgets: { ...budgets, milestones: { recovered: { ms: 50_000 } } },
      hostSpeed: { ...hostSpeed, othersShare },
    }).map(({ budget }) => budget.replaceAll('\u00A0', ' '))
  expect(rows(0)).toEqual(['', '1 min 02 s of 50.0 s'])
  expect(rows(0.2)).toEqual(['', '1 min 02 s of 50.0 s, here 1 min 03 s'])
})
