import { expect, it } from 'vitest'
import { type Answer, facts, fakeNode } from '../testing/fake-node.ts'
import { awaitStatusSync, untilQuietMs } from './status-sync.ts'

const beganMs = 1_764_392_764_605

it.each([
  ['long before the next', 4000, 0],
  // 7 of 9350 lookups failed: a pod was marked 1 s before, and stopped 145 ms before.
  ['1 s before it', 9000, 1200],
  ['at the same moment', 20_000, 200],
  ['while it is under way', 20_050, 150],
  ['just after it', 20_200, 0],
  ['with a clock that was set back', -1000, 1200],
])('tells how long to wait until no status is put back: %s', (_, sinceMs, waitMs) => {
  expect(untilQuietMs(beganMs, beganMs + sinceMs, 3000)).toBe(waitMs)
})

const waiting = async (answer: Answer) => {
  const node = fakeNode('w1', 'worker', { 'read when kubelet syncs *': answer })
  const askedMs = performance.now()
  const waited = await awaitStatusSync({ node }, 300, AbortSignal.timeout(5000))
  return { waited, forMs: performance.now() - askedMs }
}

it('waits until kubelet has put its status back', async () => {
  const { waited, forMs } = await waiting(facts({ began: '100.100', now: '1119.950' }))
  expect(waited).toBe(true)
  expect(forMs).toBeGreaterThan(345)
})

it.each<[string, Answer]>([
  ['nothing is to come', facts({ began: '100.1', now: '115.1' })],
  ['the log does not reach back', facts({ began: '', now: '115.1' })],
  ['there is no log', new Error('journalctl: not found')],
])('waits for nothing where %s', async (_, answer) => {
  expect(await waiting(answer)).toMatchObject({ waited: false })
})
