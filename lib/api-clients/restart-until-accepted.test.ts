import { expect, it } from 'vitest'
import type { Pod } from '../api/pods.ts'
import type { RejectedClient } from './rejected-clients.ts'
import { restartUntilAccepted } from './restart-until-accepted.ts'

const client = (name: string): RejectedClient => ({
  pod: { namespace: 'mine', name, uid: name } as Pod,
  reason: '401, 3 times',
})

/** @param looks the names that are refused, at each look; the last for ever */
function cluster(looks: readonly string[][], timeoutMs = 60_000) {
  let look = 0
  const helped: string[][] = []
  return {
    helped,
    ended: restartUntilAccepted({
      look: () => Promise.resolve((looks[Math.min(look++, looks.length - 1)] ?? []).map(client)),
      countsFromMs: () => 0,
      help: (refused) => {
        helped.push(refused.map(({ pod }) => pod.name))
        return Promise.resolve()
      },
      pause: () => Promise.resolve(),
      timeoutMs,
    }),
  }
}

it('ends when nobody is refused', async () => {
  const { ended, helped } = cluster([[]])
  await ended
  expect(helped).toEqual([])
})

it('helps each that comes late, however late', async () => {
  const { ended, helped } = cluster([['a'], ['b'], ['b', 'c'], ['d'], []])
  await ended
  expect(helped).toEqual([['a'], ['b'], ['b', 'c'], ['d']])
})

it('names the pod that two restarts did not help', async () => {
  const { ended, helped } = cluster([['a', 'b'], ['b']])
  await expect(ended).rejects.toThrow('the API still refuses mine/b (401, 3 times; restarted 2 times)')
  expect(helped).toEqual([['a', 'b'], ['b']])
})

it('ends in time where each refused pod has a refused successor', async () => {
  let number = 0
  const look = () => Promise.resolve([client(`pod-${number++}`)])
  const pause = () => new Promise<void>((resolve) => void setTimeout(resolve, 5))
  const ended = restartUntilAccepted({
    look,
    countsFromMs: () => 0,
    help: () => Promise.resolve(),
    pause,
    timeoutMs: 30,
  })
  await expect(ended).rejects.toThrow(/still refuses mine\/pod-\d+ \(401, 3 times; restarted 0 times\)/)
})

it('does not believe that nobody is refused before each client could be heard', async () => {
  const fromMs = Date.now() + 60
  const looks: number[] = []
  const helped: string[] = []
  await restartUntilAccepted({
    look: () => {
      looks.push(Date.now())
      return Promise.resolve(looks.length === 3 ? [client('late')] : [])
    },
    countsFromMs: () => fromMs,
    help: (refused) => {
      helped.push(...refused.map(({ pod }) => pod.name))
      return Promise.resolve()
    },
    pause: () => new Promise<void>((resolve) => void setTimeout(resolve, 10)),
    timeoutMs: 60_000,
  })
  expect(helped).toEqual(['late'])
  expect(looks.at(-1)).toBeGreaterThanOrEqual(fromMs)
})
