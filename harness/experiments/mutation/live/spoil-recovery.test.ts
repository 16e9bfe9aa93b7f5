import { expect, test } from 'vitest'
import { PreconditionError } from '../../../../lib/engine/errors.ts'
import { libraryRecovery, runSteps, stepsOf, type AnyRecovery, type RecoveryContext } from '../../../../lib/index.ts'
import type { ClusterState } from '../../../../lib/model.ts'
import type { Preconditions } from '../../../../lib/preflight/survey.ts'
import { liveMutants } from './live-mutants.ts'
import { withControllerManagerFirst, withoutPrecondition, withoutSteps, withStepOnFirstOnly } from './spoil-recovery.ts'

const done: string[] = []
const step = (id: string, found: readonly unknown[] = [1]) => ({
  ...{ id, title: id, needed: async () => found },
  run: async () => void done.push(`run ${id}`),
  verify: async () => void done.push(`verify ${id}`),
})
const recovery = { ...libraryRecovery(), steps: [step('one'), step('two'), step('idle', [])] } as AnyRecovery
const context = { emit: () => undefined, signal: new AbortController().signal } as unknown as RecoveryContext

test('a step that is switched off does and verifies nothing, and says so where there was something to do', async () => {
  const spoilt = withoutSteps(recovery, ['two', 'idle'], (what) => done.push(`off: ${what}`))
  await runSteps(spoilt.steps, {}, context)
  expect(done.splice(0)).toEqual(['run one', 'verify one', 'off: step two'])
})

test('a step that does not exist cannot be switched off', () => {
  expect(() => withoutSteps(recovery, ['three'], () => undefined)).toThrow('the repair has no step three')
})

test('a step on the first control plane alone does not know the others, and the next step does', async () => {
  const known = (id: string) => ({
    ...step(id),
    run: async (cluster: unknown) => void done.push(`${id}: ${(cluster as ClusterState).controlPlanes.length}`),
  })
  const two = { ...recovery, steps: [known('one'), known('two')] } as AnyRecovery
  const first = { node: { name: 'first' } }
  const spoilt = withStepOnFirstOnly(two, 'one', (what) => done.push(what))
  await runSteps(spoilt.steps, { first, controlPlanes: [first, {}] }, context)
  expect(done.splice(0)).toEqual(['one: 1', 'step one on first alone', 'verify one', 'two: 2', 'verify two'])
})

test('the steps that a controller manager ahead of the others takes the place of exist', () => {
  const spoilt = withControllerManagerFirst(libraryRecovery(), 1, () => undefined)
  expect(stepsOf(spoilt)).toHaveLength(stepsOf(libraryRecovery()).length)
  expect(() => withControllerManagerFirst(recovery, 1, () => undefined)).toThrow('the repair has no step start-')
})

test('the repair has every step that a mutant switches off', () => {
  const steps = stepsOf(libraryRecovery()).map(({ id }) => id)
  const off = liveMutants.flatMap(({ how }) =>
    'stepsOff' in how ? how.stepsOff : 'stepOnFirstOnly' in how ? [how.stepOnFirstOnly] : [],
  )
  expect(off.filter((id) => !steps.includes(id))).toEqual([])
})

test('a precondition that is switched off refuses nothing, and says that it would have; the others refuse', async () => {
  const refuse = (reason: 'etcd-data-missing' | 'disk-full') => () => {
    throw new PreconditionError(reason, { reason })
  }
  const all: Preconditions = {
    nodes: [refuse('etcd-data-missing')],
    etcd: [refuse('disk-full')],
    cluster: [async () => refuse('etcd-data-missing')()],
  }
  const spoilt = withoutPrecondition(all, 'etcd-data-missing', (what) => done.push(what))
  spoilt.nodes[0]?.({ machines: [], workers: [] })
  await spoilt.cluster[0]?.({} as never, context)
  expect(done.splice(0)).toEqual(['precondition etcd-data-missing', 'precondition etcd-data-missing'])
  expect(() => spoilt.etcd[0]?.({ controlPlanes: [] })).toThrow('disk-full')
})
