import { expect, it } from 'vitest'
import type { Pod } from '../api/pods.ts'
import type { RejectedClient } from './rejected-client.ts'
import { restartUntilAccepted } from './restart-until-accepted.ts'

const client = (name: string): RejectedClient => ({
  pod: { namespace: 'mine', name, uid: name, tokenFiles: name.startsWith('secret') ? [] : ['token'] } as unknown as Pod,
  reason: '401, 3 times',
  ...(name.startsWith('new') ? { isUpToDate: true as const } : {}),
  ...(name.startsWith('says') ? { isByOwnLog: true as const } : {}),
})

/** @param observations the names that are refused, at each observation; the last for ever */
function cluster(observations: readonly string[][], timeoutMs = 60_000) {
  let next = 0
  const restarted: string[][] = []
  const restartsOf = ({ pod }: RejectedClient) => restarted.flat().filter((name) => name === pod.name).length
  const left: string[] = []
  const restartsOfLeft: number[] = []
  return {
    restarted,
    left,
    restartsOfLeft,
    ended: restartUntilAccepted({
      observe: () => {
        const names = observations[Math.min(next++, observations.length - 1)] ?? []
        return Promise.resolve(names.filter((name) => !left.includes(name)).map(client))
      },
      countsFromMs: () => 0,
      restartsOf,
      restart: (rejected) => {
        restarted.push(rejected.map(({ pod }) => pod.name))
        return Promise.resolve()
      },
      leave: ({ pod }, restarts) => {
        left.push(pod.name)
        restartsOfLeft.push(restarts)
      },
      pause: () => Promise.resolve(),
      timeoutMs,
    }),
  }
}

it('ends when no client is rejected', async () => {
  const { ended, restarted } = cluster([[]])
  await ended
  expect(restarted).toEqual([])
})

it('restarts each late client, however late', async () => {
  const { ended, restarted } = cluster([['a'], ['b'], ['b', 'c'], ['d'], []])
  await ended
  expect(restarted).toEqual([['a'], ['b'], ['b', 'c'], ['d']])
})

it('leaves the pod that is rejected after three restarts, and goes on with the others', async () => {
  const { ended, restarted, left, restartsOfLeft } = cluster([['a', 'b'], ['b'], ['b', 'c'], ['b', 'd'], ['b']])
  await ended
  expect(restarted).toEqual([['a', 'b'], ['b'], ['b', 'c'], ['d']])
  expect(left).toEqual(['b'])
  expect(restartsOfLeft).toEqual([3])
})

it('leaves one that has had the volumes of now after the first restart, also of a step before', async () => {
  const { ended, restarted, left, restartsOfLeft } = cluster([['new', 'a'], ['new'], []])
  await ended
  expect(restarted).toEqual([['new', 'a']])
  expect({ left, restartsOfLeft }).toEqual({ left: ['new'], restartsOfLeft: [1] })
})

it('ends in time where each rejected pod has a rejected replacement', async () => {
  let number = 0
  const observe = () => Promise.resolve([client(`pod-${number++}`)])
  const pause = () => new Promise<void>((resolve) => void setTimeout(resolve, 5))
  const left: string[] = []
  await restartUntilAccepted({
    observe,
    countsFromMs: () => 0,
    restartsOf: () => 0,
    restart: () => Promise.resolve(),
    leave: ({ pod }) => void left.push(pod.name),
    pause,
    timeoutMs: 30,
  })
  expect(left).toEqual([`pod-${number - 1}`])
})

it('ignores an observation without rejected clients before the watch was long enough', async () => {
  const fromMs = Date.now() + 60
  const observations: number[] = []
  const restarted: string[] = []
  await restartUntilAccepted({
    observe: () => {
      observations.push(Date.now())
      return Promise.resolve(observations.length === 3 ? [client('late')] : [])
    },
    countsFromMs: () => fromMs,
    restartsOf: () => 0,
    restart: (rejected) => {
      restarted.push(...rejected.map(({ pod }) => pod.name))
      return Promise.resolve()
    },
    leave: () => undefined,
    pause: () => new Promise<void>((resolve) => void setTimeout(resolve, 10)),
    timeoutMs: 60_000,
  })
  expect(restarted).toEqual(['late'])
  expect(observations.at(-1)).toBeGreaterThanOrEqual(fromMs)
})

it('leaves a client whose own words alone say that it is rejected, after two restarts', async () => {
  const { ended, restarted, left } = cluster([['says'], ['says', 'a'], ['says']])
  await ended
  expect(restarted).toEqual([['says'], ['says', 'a']])
  expect(left).toEqual(['says'])
})

it('leaves a client whose Secret it cannot renew, after two restarts, and names it once', async () => {
  const { ended, restarted, left } = cluster([['secret'], ['secret', 'a'], ['secret']])
  await ended
  expect(restarted).toEqual([['secret'], ['secret', 'a']])
  expect(left).toEqual(['secret'])
})
