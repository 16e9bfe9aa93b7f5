import { describe, expect, test } from 'vitest'
import { noDowntime } from './check.ts'
import { goodRecord, goodRun, withProbe, withRecord } from '../../testing/run-fixture.ts'

test('the claim has the figures, without the path of the prober to itself', () => {
  expect(noDowntime.judge(goodRun).summary).toBe('no failed probe in 20 000 over 2 paths, longest gap 31 ms')
})

describe('fails', () => {
  test('one failed probe', () => {
    const outage = { fromMs: 1, lowerMs: 1, pointMs: 2, upperMs: 3, samples: 1, errors: ['refused'], open: false }
    const finding = noDowntime.judge(withProbe('pod', { failed: 1, outages: [outage] }))
    expect(finding).toMatchObject({ verdict: 'fail', summary: 'pod: 1 probe failed (refused), longest gap 31 ms' })
  })

  test('an outage that had not ended', () => {
    expect(noDowntime.judge(withProbe('pod', { openAtEnd: true })).verdict).toBe('fail')
  })

  test('a gap over the budget between probes that all succeeded, only slowly', () => {
    const finding = noDowntime.judge(withProbe('pod', { longestGapMs: 251 }))
    expect(finding).toMatchObject({ verdict: 'fail', summary: 'pod: 251 ms without a success, allowed are 250 ms' })
  })
})

describe('is unknown', () => {
  test('too few samples were measured', () => {
    const finding = noDowntime.judge(withProbe('pod', { coverage: 0.9985 }))
    expect(finding).toMatchObject({ verdict: 'unknown', summary: 'pod: 99.85 % measured, 99.90 % are needed' })
  })

  test('a path of which nothing is known', () => {
    expect(noDowntime.judge(withProbe('pod', { ok: 0, longestGapMs: null })).verdict).toBe('unknown')
  })

  test.each([{ failed: 1 }, { longestGapMs: 300 }, { longestGapMs: null }, { coverage: 0.5 }])(
    'failed probes count for nothing when the prober fails on itself: %j',
    (change) => {
      const { probes } = withProbe('null', change).record
      const run = withRecord({ probes: probes.map((probe) => (probe.id === 'pod' ? { ...probe, failed: 5 } : probe)) })
      expect(noDowntime.judge(run)).toMatchObject({
        verdict: 'unknown',
        summary: expect.stringContaining('even itself') as string,
      })
    },
  )

  test('no prober measured itself', () => {
    const probes = goodRecord.probes.filter(({ id }) => id !== 'null')
    expect(noDowntime.judge(withRecord({ probes }))).toMatchObject({
      verdict: 'unknown',
      summary: 'no prober measured itself',
    })
  })

  test('nothing but the prober itself was probed', () => {
    expect(noDowntime.judge(withRecord({ probes: goodRecord.probes.filter(({ id }) => id === 'null') })).verdict).toBe(
      'unknown',
    )
  })
})
