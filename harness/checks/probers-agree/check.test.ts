import { expect, test } from 'vitest'
import { twoProbersRun } from '../../experiments/mutation/stored/made-up-runs.ts'
import { emptyRun } from '../../testing/run-fixture.ts'
import { probersAgree } from './check.ts'

test('passes where both saw the same, with the figures of both', () => {
  expect(probersAgree.judge(twoProbersRun)).toMatchObject({
    verdict: 'pass',
    summary:
      '2 paths, 20 000 samples by the second prober: longest gap 20 ms, by the first 20 ms; neither saw what by the other is not possible',
  })
})

test('no data is unknown', () => {
  expect(probersAgree.judge(emptyRun)).toMatchObject({
    verdict: 'unknown',
    summary: 'the second prober left no samples',
  })
  const { secondSeries, ...without } = twoProbersRun
  expect(secondSeries).toHaveLength(2)
  expect(probersAgree.judge(without).details).toEqual([
    'pod: was to be sampled by both probers, and was not',
    'cluster-ip: was to be sampled by both probers, and was not',
  ])
})

test('one that sampled only after the loss, or another target, proves nothing', () => {
  const changed = (change: object) => ({
    ...twoProbersRun,
    secondSeries: twoProbersRun.secondSeries?.map((one) => ({ ...one, ...change })) ?? [],
  })
  expect(probersAgree.judge(changed({ startMs: 80_000 })).summary).toMatch(/only after the loss/)
  expect(probersAgree.judge(changed({ target: 'http://10.9.9.9:1/' })).verdict).toBe('unknown')
})
