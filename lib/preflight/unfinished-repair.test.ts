import { expect, it } from 'vitest'
import { refuseUnfinished } from './unfinished-repair.ts'

it('names the machines on which a repair was not finished', () => {
  const machines = [
    { name: 'm1', recordedCas: ['a CA'] },
    { name: 'w1', recordedCas: [] },
  ]
  expect(() => refuseUnfinished(machines)).toThrow('has not come to its end on m1: run it again without --finish')
  expect(() => refuseUnfinished(machines.slice(1))).not.toThrow()
})
