import { describe, expect, test } from 'vitest'
import { aggregatedApiServed } from './check.ts'
import { goodRun, withEvidence } from '../../testing/run-fixture.ts'

test('says as whom it is served', () => {
  expect(aggregatedApiServed.judge(goodRun)).toMatchObject({
    verdict: 'pass',
    summary: 'the extension API is served as kubernetes-admin, and its ConfigMap names 2 CAs, all in use',
  })
})

describe('fails', () => {
  test.each([
    [
      'the APIService is not Available',
      { available: false, reason: 'FailedDiscoveryCheck: 401' },
      'FailedDiscoveryCheck: 401',
    ],
    ['the request is refused', { status: 503, problem: 'service unavailable' }, 'got 503 (service unavailable)'],
    ['nothing answers', { status: null, problem: 'GET …: ECONNREFUSED' }, 'got no answer (GET …: ECONNREFUSED)'],
  ])('%s', (_, change, words) => {
    for (const when of ['recovered', 'settled'] as const)
      expect(
        aggregatedApiServed.judge(withEvidence(`aggregated-api-${when}`, (good) => ({ ...good, ...change }))),
      ).toMatchObject({
        verdict: 'fail',
        summary: expect.stringContaining(words) as string,
      })
  })

  test('the ConfigMap still names a CA that was lost', () => {
    const run = withEvidence('aggregated-api-settled', (good) => ({ ...good, namedCas: [...good.namedCas, 'CA:OLD'] }))
    expect(aggregatedApiServed.judge(run)).toMatchObject({
      verdict: 'fail',
      summary: 'ConfigMap extension-apiserver-authentication still names the lost CA CA:OLD…',
    })
  })

  test('the ConfigMap does not name a CA in use', () => {
    const run = withEvidence('aggregated-api-settled', (good) => ({ ...good, namedCas: ['FRONT:NEW'] }))
    expect(aggregatedApiServed.judge(run)).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining('does not name the CA CA:NEW') as string,
    })
  })
})

test('an added CA of the operator’s own is none that was lost', () => {
  const run = withEvidence('aggregated-api-settled', (good) => ({ ...good, namedCas: [...good.namedCas, 'CA:OWN'] }))
  expect(aggregatedApiServed.judge(run).verdict).toBe('pass')
})

test('where nothing was replaced, nothing was lost', () => {
  const run = withEvidence('aggregated-api-settled', () => goodRun.evidence['aggregated-api-baseline'])
  expect(aggregatedApiServed.judge(run).verdict).toBe('pass')
})

test('is unknown when it was not served before', () => {
  const run = withEvidence('aggregated-api-baseline', (good) => ({ ...good, available: false }))
  expect(aggregatedApiServed.judge(run)).toMatchObject({
    verdict: 'unknown',
    summary: expect.stringContaining('not served before the fault already') as string,
  })
})
