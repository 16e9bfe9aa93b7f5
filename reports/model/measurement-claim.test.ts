import { expect, test } from 'vitest'
import { fakeRun } from '../../harness/testing/fake-run.ts'
import { measurementClaim } from './measurement-claim.ts'
import { workloadProbes } from './record.ts'

const claimOf = (kind: Parameters<typeof fakeRun>[0]) =>
  measurementClaim(workloadProbes(fakeRun(kind).record))
    .join(' ')
    .replaceAll('\u00A0', ' ')

test('says what could not be seen', () => {
  expect(claimOf('pass')).toMatch(
    /^No failed probe in 36 000; longest gap between successes \d+ ms; outages shorter than 20 ms could be missed; prober unmeasured for 0.00 %\. No failure in 36 000 samples puts the failure rate below 0.0083 % with 95 % confidence\./,
  )
})

test('a failure has no rule of three', () => {
  expect(claimOf('outage')).toMatch(/^137 of 36 000 probes failed; longest gap between successes 1.22 s/)
  expect(claimOf('outage')).not.toContain('confidence')
})

test('what was not measured is rounded up, and nothing probed is no claim', () => {
  expect(claimOf('unknown')).toContain('prober unmeasured for 2.69 %')
  expect(claimOf('aborted')).toBe('Nothing was probed: this run says nothing about downtime.')
})
