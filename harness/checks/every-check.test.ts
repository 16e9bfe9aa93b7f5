import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scenarios } from '../../scenarios/index.ts'
import type { RunView } from '../model/run-view.ts'
import { findingSchema } from '../model/run-record.ts'
import { commitsKept } from './commits-kept/check.ts'
import { judge } from './judge.ts'
import { goodEvidence } from '../testing/good-evidence.ts'
import { emptyRun, goodRun, refusedRun, untouchedRun } from '../testing/run-fixture.ts'

const all = [...scenarios.flatMap((scenario) => scenario.checks), commitsKept]
const checks = [...new Map(all.map((check) => [check.id, check])).values()]

/** What went well: a recovery, or for single checks a refusal, or that there was nothing to do. */
const wentWell: Readonly<Record<string, RunView>> = {
  'refused-changes-nothing': refusedRun,
  'nothing-changed': untouchedRun,
}
const runFor = (id: string) => wentWell[id] ?? goodRun

describe.each(checks)('$id', (check) => {
  test('a good run passes, with a summary of one line', () => {
    const finding = check.judge(runFor(check.id))
    expect(finding).toMatchObject({ id: check.id, title: check.title, verdict: 'pass' })
    expect(finding.summary).toMatch(/^[^\n]{10,250}$/)
    expect(findingSchema.parse(finding)).toEqual(finding)
  })

  test('no data is unknown', () => {
    expect(check.judge(emptyRun).verdict).toBe('unknown')
  })

  test('whatever stands in the evidence, it is judged and never passes without sense', () => {
    const junk = fc.record(Object.fromEntries(Object.keys(goodEvidence).map((name) => [name, fc.jsonValue()])))
    fc.assert(
      fc.property(junk, (evidence) => {
        const finding = check.judge({ ...emptyRun, evidence })
        expect(finding.verdict).not.toBe('pass')
      }),
      { numRuns: 50 },
    )
  })
})

test('the evidence that a check needs is what it cannot pass without', () => {
  const needed = Object.keys(goodEvidence).map((name) => {
    const evidence = Object.fromEntries(Object.entries(goodEvidence).filter(([key]) => key !== name))
    const notPassing = checks
      .flatMap((check) => judge({ ...runFor(check.id), evidence }, [check]))
      .filter(({ verdict }) => verdict === 'unknown')
    return [name, notPassing.map(({ id }) => id)]
  })
  expect(Object.fromEntries(needed)).toEqual({
    'api-servers-baseline': ['healthy-before'],
    'api-servers-recovered': ['recovered'],
    'api-servers-settled': ['recovered'],
    'nodes-baseline': ['healthy-before', 'no-eviction'],
    'nodes-recovered': ['recovered', 'no-eviction'],
    'nodes-settled': ['recovered', 'no-eviction'],
    'pods-baseline': [
      'healthy-before',
      'workloads-undisturbed',
      'no-eviction',
      'eviction-guard',
      'nothing-else-replaced',
    ],
    'pods-settled': [
      'workloads-undisturbed',
      'no-eviction',
      'eviction-guard',
      'tokens-reissued',
      'nothing-else-replaced',
    ],
    'aggregated-api-baseline': ['aggregated-api-served'],
    'aggregated-api-recovered': ['aggregated-api-served'],
    'aggregated-api-settled': ['aggregated-api-served'],
    'api-client-status-baseline': ['api-clients-work'],
    'api-client-status-recovered': ['api-clients-work'],
    'api-client-status-settled': ['api-clients-work'],
    'control-planes-baseline': ['control-planes-agree'],
    'control-planes-settled': ['control-planes-agree'],
    'data-baseline': ['data-kept'],
    'data-settled': ['data-kept'],
    'commits-settled': ['commits-kept'],
    'cluster-info-baseline': ['cluster-info-valid'],
    'cluster-info-settled': ['cluster-info-valid'],
    'configuration-baseline': ['no-config-drift'],
    'configuration-settled': ['no-config-drift'],
    'eviction-events-settled': ['no-eviction'],
    'eviction-guard': ['eviction-guard'],
    'tokens-baseline': ['tokens-reissued'],
    'tokens-settled': ['tokens-reissued'],
    'sa-keys-baseline': ['sa-keys-loaded'],
    'sa-keys-settled': ['sa-keys-loaded'],
    'credentials-baseline': ['old-credentials-rejected'],
    'credentials-settled': ['old-credentials-rejected'],
    'new-worker-settled': ['new-worker-joins'],
    'identities-baseline': ['nothing-else-replaced'],
    'identities-settled': ['nothing-else-replaced'],
    'api-watch': ['api-served-through-restarts', 'api-never-down'],
    'state-unrepaired': ['refused-changes-nothing', 'nothing-changed'],
    'state-settled': ['refused-changes-nothing', 'nothing-changed'],
    'smoke-test-settled': ['cluster-usable'],
  })
})
