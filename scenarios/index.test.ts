import { expect, test } from 'vitest'
import { scenarios } from './index.ts'

const ids = scenarios.map(({ id }) => id)

test('ids are unique and name the loss', () => {
  expect(ids).toEqual(['lost-pki', 'noop', 'no-repair'])
})

test('ids of checks never change: they are the cases of a JUnit report', () => {
  expect(scenarios[0]?.checks.map(({ id }) => id)).toEqual([
    'healthy-before',
    'fault-proved',
    'recovered',
    'workloads-undisturbed',
    'no-downtime',
    'no-eviction',
    'tokens-reissued',
    'api-clients-work',
    'aggregated-api-served',
    'control-planes-agree',
    'no-config-drift',
    'cluster-info-valid',
    'old-credentials-rejected',
    'new-worker-joins',
    'cluster-usable',
  ])
})

test.each(scenarios)(
  '$id says who must feel it, and checks the fault only if there is one',
  ({ fault, recovery, feltBy, checks, hypothesis }) => {
    expect(feltBy.length > 0).toBe(fault !== undefined)
    expect(checks.some(({ id }) => id === 'fault-proved')).toBe(fault !== undefined)
    if (fault === undefined) expect(recovery).toBeUndefined()
    expect(hypothesis).toMatch(/^[A-Z].*\.$/)
    // It makes pods of its own, which no other check shall see.
    expect(checks.findIndex(({ id }) => id === 'cluster-usable')).toBeOneOf([-1, checks.length - 1])
  },
)
