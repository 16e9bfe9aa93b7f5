import { expect, test } from 'vitest'
import type { DrillContext } from '../model/context.ts'
import type { DrillPlan } from './environment-port.ts'
import { repairUntilRecovered } from './repair-until-recovered.ts'

const budgets = { milestones: { recovered: { ms: 1 } } }
const planOf = (losses: readonly object[]) =>
  ({ scenario: { budgets, losses }, topology: { controlPlanes: 1, workers: 1 } }) as unknown as DrillPlan

/** A repair that takes the cluster for whole when `confirm` is called, and is over when `end` is. */
function drill(
  recovered: (context: unknown, sinceMs: number) => Promise<void> = () => Promise.resolve(),
  losses = [{ replaces: ['cluster-ca'] }],
  events: readonly object[] = [],
) {
  const said: string[] = []
  const append = ({ milestone }: { milestone?: string }) => void said.push(milestone ?? '')
  const journal = { nowMs: () => 7, append, events }
  let confirm = (): void => undefined
  let end: (error?: Error) => void = () => undefined
  const repair = (_plan: unknown, _context: unknown, _config?: string, onVerified?: () => void) => {
    confirm = () => onVerified?.()
    return new Promise<void>((resolve, reject) => (end = (error) => (error ? reject(error) : resolve())))
  }
  const whole = repairUntilRecovered({ repair, recovered }, planOf(losses), { journal } as unknown as DrillContext)
  return { whole, said, confirm: () => confirm(), end: (error?: Error) => end(error) }
}

test('does not wait for what the repair still does when the cluster is whole', async () => {
  const { whole, said, confirm, end } = drill()
  confirm()
  const { ended } = await whole
  expect(said).toEqual(['recovered'])
  end(new Error('still refused'))
  await expect(ended).rejects.toThrow('still refused')
})

test('waits for the end of a repair that does not say so', async () => {
  const { whole, said, end } = drill()
  end()
  await (
    await whole
  ).ended
  expect(said).toEqual(['recovered'])
})

// A lease renewed while the repair's process started counted for the wait, and not for the check: lost-kubeconfigs failed after 4.9 s.
test('waits for what happens from the milestone on by which the check judges', async () => {
  const since: number[] = []
  const started = (atMs: number) => ({ type: 'milestone.reached', milestone: 'recovery-started', atMs })
  for (const events of [[], [started(400)], [started(400), started(900)]]) {
    const { whole, end } = drill(async (_, sinceMs) => void since.push(sinceMs), undefined, events)
    end()
    await whole
  }
  expect(since).toEqual([7, 400, 900])
})

test('rejects with what the repair failed with', async () => {
  const { whole, said, end } = drill()
  end(new Error('no etcd'))
  await expect(whole).rejects.toThrow('no etcd')
  expect(said).toEqual([])
})

test('rejects only when the repair is over where the cluster is not whole', async () => {
  const { whole, confirm, end } = drill(() => Promise.reject(new Error('a Node is missing')))
  let isOver = false
  const over = whole.catch((error: unknown) => {
    isOver = true
    return String(error)
  })
  confirm()
  await new Promise(setImmediate)
  expect(isOver).toBe(false)
  end()
  expect(await over).toBe('Error: a Node is missing')
})

test('where nothing may be replaced it waits for the repair only, and nothing is recovered', async () => {
  const { whole, said, end } = drill(() => Promise.reject(new Error('a Node was NotReady before')), [])
  end()
  await (
    await whole
  ).ended
  expect(said).toEqual([])
})
