import { expect, test } from 'vitest'
import { planLines } from './render.ts'

test('each step with what it would do on which machine, and why', () => {
  const actions = ['m1', 'm2'].map((node) => ({ node, action: 'restore ca.crt', reason: 'missing' }))
  expect(
    planLines([
      { id: 'one', title: 'Make the CAs', actions },
      { id: 'two', title: 'Start etcd', actions: [] },
    ]),
  ).toEqual(['Make the CAs', '    m1, m2: restore ca.crt (missing)', 'Start etcd', '    nothing to do'])
})

test('one line where no step has anything to do', () => {
  expect(planLines([{ id: 'one', title: 'Make the CAs', actions: [] }])).toEqual([
    'Nothing to do: nothing is lost or damaged',
  ])
})
