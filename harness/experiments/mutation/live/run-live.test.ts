import { expect, test } from 'vitest'
import { liveMutants } from './live-mutants.ts'
import { fittingTogether } from './run-live.ts'

const named = (...ids: readonly string[]) => liveMutants.filter(({ id }) => ids.includes(id))

test('mutants of one drill that different checks see may share it', () => {
  expect(fittingTogether(named('container-stopped', 'write-lost')).id).toBe('container-stopped')
  expect(fittingTogether(named('loss-not-injected')).id).toBe('loss-not-injected')
})

test.each([
  ['one check for two', ['workload-frozen', 'prober-frozen']],
  ['two scenarios', ['container-stopped', 'etcd-data-not-looked-for']],
  ['two topologies', ['container-stopped', 'one-api-server-not-restarted']],
  ['nothing to repair beside a repair', ['container-stopped', 'loss-not-injected']],
  ['none', []],
])('%s do not', (_, ids) => {
  expect(() => fittingTogether(named(...ids))).toThrow(/do not fit into one drill|no mutant is chosen/)
})
