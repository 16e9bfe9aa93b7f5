import { describe, expect, test } from 'vitest'
import { noDowntime } from './check.ts'
import { goodRecord, goodRun, goodSummary, withProbe, withRecord } from '../../testing/run-fixture.ts'

test('the claim has the figures, without the path of the prober to itself', () => {
  expect(noDowntime.judge(goodRun).summary).toBe(
    'no failed probe in 20 000 over 2 paths, longest gap 31 ms, no outage longer than 33 ms',
  )
})

test('a share of unmeasured samples that can hide no outage over the budget and no failure but a rare one passes', () => {
  const change = { planned: 8243, sent: 8231, ok: 8231, unmeasured: 12, coverage: 0.9985, outageBoundMs: 110 }
  expect(noDowntime.judge(withProbe('pod', { ...change, detectableOneIn: 1787 })).verdict).toBe('pass')
})

test('a host that starved an ordinary process beside the prober takes nothing from what succeeded', () => {
  const starved = { ...goodSummary('null-sibling'), failed: 6, longestGapMs: 320, outageBoundMs: 320 }
  expect(noDowntime.judge(withRecord({ probes: [...goodRecord.probes, starved] })).verdict).toBe('pass')
})

test('exactly the budgets are kept', () => {
  const atLimit = { longestGapMs: 250, outageBoundMs: 250, detectableOneIn: 500 }
  const probes = goodRecord.probes.map((probe) => ({ ...probe, ...atLimit }))
  expect(noDowntime.judge(withRecord({ probes }))).toMatchObject({ verdict: 'pass' })
})

test('only the start of the prober names paths, and one that names none asks for none', () => {
  const events = [
    { seq: 8, atMs: 1, type: 'prober.started' },
    { seq: 9, atMs: 2, type: 'route.seen', paths: ['nodeport'] },
  ]
  expect(noDowntime.judge({ ...goodRun, events })).toMatchObject({ verdict: 'pass' })
})

test('failures beside a prober that cannot be trusted are told, and are no failures', () => {
  const probes = goodRecord.probes.map((probe) => ({ ...probe, failed: 1 }))
  const { verdict, details } = noDowntime.judge(withRecord({ probes }))
  expect(verdict).toBe('unknown')
  expect(details.filter((line) => line.startsWith('pod: 1 probe failed'))).toHaveLength(1)
})

describe('with several probers', () => {
  const judged = (...more: readonly Partial<ReturnType<typeof goodSummary>>[]) =>
    noDowntime.judge(
      withRecord({ probes: [...goodRecord.probes, ...more.map((one) => ({ ...goodSummary(one.id ?? ''), ...one }))] }),
    )

  test('the paths of all count, and their paths to themselves do not', () => {
    expect(judged({ id: 'in-pod-clusterip' }, { id: 'null-pod' })).toMatchObject({
      verdict: 'pass',
      summary: expect.stringMatching(/over 3 paths/) as string,
    })
    expect(judged({ id: 'in-pod-clusterip', failed: 1 }, { id: 'null-pod' }).verdict).toBe('fail')
  })

  test('one that cannot reach itself leaves failures unknown', () => {
    expect(judged({ id: 'in-pod-clusterip', failed: 1 }, { id: 'null-pod', failed: 1 }).verdict).toBe('unknown')
  })

  test('one that was killed or frozen leaves the run unknown', () => {
    expect(judged({ id: 'null-outside', outageBoundMs: 40_000 })).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringMatching(/^null-outside: an outage of up to 40 000 ms is possible/) as string,
    })
  })

  test('one that left nothing of itself leaves the run unknown', () => {
    const events = [{ seq: 8, atMs: 1, type: 'prober.started', vantage: 'pod', paths: ['null-pod'] }]
    expect(noDowntime.judge({ ...goodRun, events })).toMatchObject({
      verdict: 'unknown',
      summary: 'null-pod: was to be probed, and there are no samples of it',
    })
  })

  test('that the API is away is no downtime of the workload', () => {
    expect(judged({ id: 'api-1', failed: 30, longestGapMs: 30_000, openAtEnd: true })).toMatchObject({
      verdict: 'pass',
      summary: expect.stringMatching(/^no failed probe in 20 000 over 2 paths/) as string,
    })
  })
})

describe('lookups of a name', () => {
  const looking = (change: Partial<ReturnType<typeof goodSummary>>, recovery = goodRecord.recovery) => {
    const dns = { ...goodSummary('dns'), target: 'dns://10.96.0.10:53/echo.test', intervalMs: 40, ...change }
    return noDowntime.judge(withRecord({ probes: [...goodRecord.probes, dns], recovery }))
  }

  test('may fail for 1 s in all while a repair runs, and the claim says so', () => {
    const finding = looking({ failed: 20, ok: 9980, longestGapMs: 201 })
    expect(looking({ failed: 25 }).verdict).toBe('pass')
    expect(finding).toMatchObject({
      verdict: 'pass',
      summary: expect.stringMatching(
        /^no failed probe in 20 000 over 2 paths; 20 of 10 000 lookups of a name failed.* longest gap 201 ms/,
      ) as string,
    })
    expect(looking({ failed: 26 }).verdict).toBe('fail')
  })

  // lost-pki 1 + 2: 271 ms while one of two pods was away.
  test('may not be away for over 500 ms at a stretch, or to the end', () => {
    expect(looking({ failed: 14, longestGapMs: 271, outageBoundMs: 300 }).verdict).toBe('pass')
    expect(looking({ failed: 14, longestGapMs: 501 }).verdict).toBe('fail')
    expect(looking({ failed: 8, openAtEnd: true }).verdict).toBe('fail')
  })

  test('may not fail at all where nothing is repaired', () => {
    expect(looking({}, null).verdict).toBe('pass')
    expect(looking({ failed: 1 }, null).verdict).toBe('fail')
    expect(looking({ failed: 0, longestGapMs: 251 }, null).verdict).toBe('fail')
  })
})

describe('fails', () => {
  test('one failed probe', () => {
    const outage = { fromMs: 1, lowerMs: 1, pointMs: 2, upperMs: 3, samples: 1, errors: ['refused'], open: false }
    const finding = noDowntime.judge(withProbe('pod', { failed: 1, outages: [outage] }))
    expect(finding).toMatchObject({ verdict: 'fail', summary: 'pod: 1 probe failed (refused), longest gap 31 ms' })
    expect(finding.details.filter((line) => line === finding.summary)).toHaveLength(1)
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
  test('a path that was to be probed has no samples', () => {
    const started = { seq: 9, atMs: 20_000, type: 'prober.started', paths: ['pod', 'cluster-ip', 'nodeport'] }
    expect(noDowntime.judge({ ...goodRun, events: [started] })).toMatchObject({
      verdict: 'unknown',
      details: expect.arrayContaining(['nodeport: was to be probed, and there are no samples of it']) as string[],
    })
    expect(noDowntime.judge({ ...goodRun, events: [{ ...started, paths: ['pod', 'cluster-ip'] }] }).verdict).toBe(
      'pass',
    )
  })

  test.each([
    ['began after the loss', { startMs: 70_001 }, 'pod: probed only after the loss'],
    ['ended before the repair', { endMs: 126_999 }, 'pod: not probed until the repair was over'],
  ])('the samples of a path %s', (_, change, summary) => {
    const series = goodRun.series.map((one) => (one.id === 'pod' ? { ...one, ...change } : one))
    expect(noDowntime.judge({ ...goodRun, series })).toMatchObject({ verdict: 'unknown', summary })
  })

  test('samples from the loss to the end of the repair are enough', () => {
    const series = goodRun.series.map((one) => ({ ...one, startMs: 70_000, endMs: 127_000 }))
    expect(noDowntime.judge({ ...goodRun, series }).verdict).toBe('pass')
  })

  test('unmeasured time leaves an outage over the budget possible', () => {
    expect(noDowntime.judge(withProbe('pod', { unmeasured: 12, outageBoundMs: 250.1 }))).toMatchObject({
      verdict: 'unknown',
      summary: 'pod: an outage of up to 251 ms is possible, unmeasured time included; allowed are 250 ms',
    })
    expect(noDowntime.judge(withProbe('null', { outageBoundMs: 320 })).verdict).toBe('unknown')
  })

  test('too few samples were measured to show a failure that is not rare', () => {
    expect(noDowntime.judge(withProbe('pod', { ok: 2000, detectableOneIn: 434 }))).toMatchObject({
      verdict: 'unknown',
      summary:
        'pod: 2 000 samples measured show a failure of 1 request in 434 with 99 % probability; required: 1 in 500',
    })
  })

  test('a path of which nothing is known', () => {
    expect(noDowntime.judge(withProbe('pod', { ok: 0, longestGapMs: null })).verdict).toBe('unknown')
  })

  test.each([{ failed: 1 }, { longestGapMs: 300 }, { longestGapMs: null }])(
    'failed probes count for nothing when the prober fails on itself: %j',
    (change) => {
      const { probes } = withProbe('null', change).record
      const run = withRecord({ probes: probes.map((probe) => (probe.id === 'pod' ? { ...probe, failed: 5 } : probe)) })
      expect(noDowntime.judge(run)).toMatchObject({
        verdict: 'unknown',
        summary: expect.stringContaining('reach even itself') as string,
      })
    },
  )

  test('failed probes count for nothing when this host starved an ordinary process beside the prober as well', () => {
    const starved = { ...goodSummary('null-sibling'), failed: 3, longestGapMs: 420 }
    const probes = goodRecord.probes.map((probe) => (probe.id === 'pod' ? { ...probe, failed: 5 } : probe))
    expect(noDowntime.judge(withRecord({ probes: [...probes, starved] }))).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining('a process beside it') as string,
    })
    expect(noDowntime.judge(withRecord({ probes: [...probes, goodSummary('null-sibling')] })).verdict).toBe('fail')
  })

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
