import { expect, test } from 'vitest'
import { goodRecord, goodRun } from '../../testing/run-fixture.ts'
import { acceptedMeanwhile } from './reissue.ts'
import type { WatchedToken } from './watch-acceptance.ts'

const startedMs = (goodRecord.injectedAtMs ?? NaN) + 26_000
const answer = (afterMs: number, accepted: boolean) => ({ atMs: startedMs + afterMs, kid: 'k', accepted })
const said = (...watched: readonly WatchedToken[]) =>
  acceptedMeanwhile({
    ...goodRun,
    evidence: { 'tokens-during': { atMs: 0, takenAt: '2026-11-28T00:00:00.000Z', watched } },
  })

test('says of each machine when its tokens were refused and accepted again', () => {
  expect(
    said(
      { where: 'worker', what: 'a', answers: [answer(-3000, true), answer(5000, false), answer(13_000, true)] },
      { where: 'worker', what: 'b', answers: [answer(9000, false), answer(21_000, true)] },
      { where: 'worker', what: 'c', answers: [answer(9000, true)] },
      { where: 'Secrets', what: 'd', answers: [answer(9000, true)] },
    ),
  ).toEqual([
    'Secrets: none of 1 token refused while the repair ran',
    'worker: 2 of 3 tokens refused while the repair ran, the first seen 5.0 s after it began, accepted again by 21 s',
  ])
})

test('a token that was refused last is not accepted again', () => {
  expect(
    said(
      { where: 'worker', what: 'a', answers: [answer(5000, false), answer(9000, true)] },
      { where: 'worker', what: 'b', answers: [answer(5000, false), answer(9000, true), answer(13_000, false)] },
    ),
  ).toEqual([
    'worker: 2 of 2 tokens refused while the repair ran, the first seen 5.0 s after it began, not all accepted again',
  ])
})

test('says nothing of a run that did not ask', () => {
  expect(acceptedMeanwhile(goodRun)).toEqual([])
})
