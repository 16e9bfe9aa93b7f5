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
    /^No failed probe in 36 000; longest gap between successes \d+ ms; no outage longer than \d+ ms even if every unmeasured sample had failed; outages shorter than 20 ms could be missed; prober unmeasured for 0.00 %\. A failure that hits 1 request in 1 954 would have been seen with 99 % probability on every path/,
  )
})

test('a failure leaves no rate of failures that could hide', () => {
  expect(claimOf('outage')).toMatch(/^137 of 36 000 probes failed; longest gap between successes 1.22 s/)
  expect(claimOf('outage')).not.toContain('would have been seen')
})

test('what was not measured is rounded up, and nothing probed is no claim', () => {
  expect(claimOf('unknown')).toContain('prober unmeasured for 2.69 %')
  expect(claimOf('aborted')).toBe('Nothing was probed: this run says nothing about downtime.')
})
