import { expect, it } from 'vitest'
import type { BrokenNode, ClusterState } from '../model.ts'
import { leaveMachines } from './leave-machines.ts'

const left = { reason: 'its kubelet is silent', isSilent: true }

/** What is left of workers w1, w2, … when these do not come back. */
function leave(workers: number, earlier: readonly string[], names: readonly string[]) {
  const cluster = { workers: Array.from({ length: workers }, (_, at) => ({ node: { name: `w${at + 1}` } })) }
  const sick = { since: 'long ago', isSilent: true }
  const broken = new Map<string, BrokenNode>([
    ['w9', sick],
    ...earlier.map((name) => [name, { ...sick, reason: 'late' }] as const),
  ])
  leaveMachines(cluster as unknown as ClusterState, broken, names, { ...left, error: new Error('not back') })
  return [...broken.keys()]
}

it.each<[string, number, readonly string[], readonly string[]]>([
  ['the only worker', 1, [], ['w1']],
  ['one of two', 2, [], ['w2']],
  ['two of four', 4, ['w1'], ['w2']],
])('goes on without %s', (_, workers, earlier, names) => {
  expect(leave(workers, earlier, names)).toEqual(['w9', ...earlier, ...names])
})

it.each<[string, number, readonly string[], readonly string[]]>([
  ['a control plane is missing', 3, [], ['m1']],
  ['both workers are', 2, ['w1'], ['w2']],
  ['nobody knows who is', 3, [], []],
])('fails where %s', (_, workers, earlier, names) => {
  expect(() => leave(workers, earlier, names)).toThrow('not back')
})
