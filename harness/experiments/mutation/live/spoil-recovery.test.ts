import { expect, test } from 'vitest'
import { PreconditionError } from '../../../../lib/engine/errors.ts'
import { libraryRecovery, runSteps, stepsOf, type AnyRecovery, type RecoveryContext } from '../../../../lib/index.ts'
import type { Preconditions } from '../../../../lib/preflight/survey.ts'
import { liveMutants } from './live-mutants.ts'
import { withoutPrecondition, withoutSteps } from './spoil-recovery.ts'

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

test('the repair has every step that a mutant switches off', () => {
  const steps = stepsOf(libraryRecovery()).map(({ id }) => id)
  const off = liveMutants.flatMap(({ how }) => ('stepsOff' in how ? how.stepsOff : []))
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
