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
    /^No failed probe in 36 000; an outage of \d+ ms or longer would have been seen; longest gap between successes \d+ ms; no outage longer than \d+ ms even if every unmeasured sample had failed; prober unmeasured for 0.00 %\. A failure that hits 1 request in 1 954 would have been seen with 99 % probability on every path/,
  )
})

test('the floor is the worst path’s, rounded up; without one the claim says why', () => {
  const probes = workloadProbes(fakeRun('pass').record)
  const said = (floors: readonly (number | null | undefined)[]) =>
    (measurementClaim(probes.map((probe, at) => ({ ...probe, detectionFloorMs: floors[at] })))[0] ?? '')
      .replaceAll('\u00A0', ' ')
      .split('; ')[1]
  expect(said([41.2, 40.8, 48.01, 42])).toBe('an outage of 49 ms or longer would have been seen')
  expect(said([41.2, null, 48.01, 42])).toMatch(/^how long an outage could be missed is not known/)
  expect(said([])).toBe('outages shorter than 20 ms could be missed')
})

test('a failure leaves no rate of failures that could hide', () => {
  expect(claimOf('outage')).toMatch(/^137 of 36 000 probes failed; longest gap between successes 1.22 s/)
  expect(claimOf('outage')).not.toContain('would have been seen')
})

test('what was not measured is rounded up, and nothing probed is no claim', () => {
  expect(claimOf('unknown')).toContain('prober unmeasured for 2.69 %')
  expect(claimOf('aborted')).toBe('Nothing was probed: this run says nothing about downtime.')
})
