import { describe, expect, test } from 'vitest'
import type { TokenInventory } from './collect.ts'
import { goodEvidence } from '../../testing/good-evidence.ts'
import { goodRecord, goodRun, withEvidence } from '../../testing/run-fixture.ts'
import { tokensReissued } from './check.ts'

const oldKid = 'old-key-0123456789'
const claims = { kid: oldKid, sub: 'x', iat: null, exp: null }
const settled = (change: (good: TokenInventory) => Partial<TokenInventory>) =>
  withEvidence('tokens-settled', (good) => ({ ...good, ...change(good) }))
const mounted = (change: Partial<TokenInventory['mounted'][number]>) =>
  settled((good) => ({
    mounted: good.mounted.map((entry) => (entry.pod === 'echo-a' ? { ...entry, ...change } : entry)),
  }))

test('says how many carry which key', () => {
  expect(tokensReissued.judge(goodRun).summary).toBe(
    '2 mounted tokens and 1 legacy Secret carry the new key new-key- and are accepted',
  )
})

describe('fails', () => {
  test.each([
    [
      'a mounted token of the old key',
      mounted({ claims }),
      'drill/echo-a (kube-api-access): still signed by the key old-key-',
    ],
    [
      'a mounted token that is refused',
      mounted({ accepted: false }),
      'drill/echo-a (kube-api-access): the API refuses the token',
    ],
    [
      'a legacy Secret of the old key',
      settled((good) => ({ legacy: good.legacy.map((entry) => ({ ...entry, claims })) })),
      'Secret drill/legacy: still signed by the key old-key-',
    ],
    ['a legacy Secret that is gone', settled(() => ({ legacy: [] })), 'Secret drill/legacy is gone'],
    [
      'two signing keys',
      settled((good) => ({ signingKeys: [...good.signingKeys, { node: 'control-plane2', kid: 'another' }] })),
      'the control planes sign with different keys',
    ],
  ])('%s', (_, run, summary) => {
    expect(tokensReissued.judge(run)).toMatchObject({ verdict: 'fail', summary })
  })

  test('the signing key was not replaced', () => {
    const evidence = { ...goodEvidence, 'tokens-settled': goodEvidence['tokens-baseline'] }
    expect(tokensReissued.judge({ ...goodRun, evidence })).toMatchObject({
      verdict: 'fail',
      summary: 'the signing key is still the old one',
    })
  })
})

describe('is unknown', () => {
  test('the token of a pod that runs was not looked at', () => {
    const run = settled((good) => ({ mounted: good.mounted.filter(({ pod }) => pod !== 'echo-a') }))
    expect(tokensReissued.judge(run)).toMatchObject({
      verdict: 'unknown',
      summary: 'drill/echo-a (kube-api-access): its token was not looked at',
    })
    const gone = withEvidence('pods-settled', (good) => ({
      ...good,
      pods: good.pods.filter(({ name }) => name !== 'echo-a'),
    })).evidence['pods-settled']
    expect(tokensReissued.judge({ ...run, evidence: { ...run.evidence, 'pods-settled': gone } }).verdict).toBe('pass')
  })

  test.each([
    ['a token that could not be read', mounted({ claims: null, accepted: null })],
    ['a token that the API was not asked about', mounted({ accepted: null })],
    ['no mounted token', settled(() => ({ mounted: [] }))],
    ['no signing key', settled(() => ({ signingKeys: [] }))],
    ['no legacy Secret to begin with', withEvidence('tokens-baseline', (good) => ({ ...good, legacy: [] }))],
    [
      'tokens refused before the fault',
      withEvidence('tokens-baseline', (good) => ({
        ...good,
        mounted: good.mounted.map((entry) => ({ ...entry, accepted: false })),
      })),
    ],
  ])('%s', (_, run) => {
    expect(tokensReissued.judge(run).verdict).toBe('unknown')
  })
})

test('a single token that was refused before, of a ServiceAccount that is gone, is named and not judged', () => {
  const orphan = { namespace: 'a', pod: 'orphan', podUid: 'o', node: 'worker', volume: 'v' }
  const add = (run: typeof goodRun, name: string, accepted: boolean | null) => {
    const good = run.evidence[name] as TokenInventory
    const claims = good.mounted[0]?.claims ?? null
    const mounted = [...Array.from({ length: 5 }, () => good.mounted).flat(), { ...orphan, claims, accepted }]
    return { ...run, evidence: { ...run.evidence, [name]: { ...good, mounted } } }
  }
  const refused = add(add(goodRun, 'tokens-baseline', false), 'tokens-settled', false)
  expect(tokensReissued.judge(refused)).toMatchObject({ verdict: 'pass' })
  expect(tokensReissued.judge(refused).details).toContain(
    'a/orphan (v): refused before the fault already, and not judged',
  )
  expect(tokensReissued.judge(add(add(goodRun, 'tokens-baseline', true), 'tokens-settled', false)).verdict).toBe('fail')
  expect(tokensReissued.judge(add(goodRun, 'tokens-baseline', null)).verdict).toBe('unknown')
})

describe('where the signing key was not lost', () => {
  const record = { ...goodRecord, replaces: [] }

  test('another key is harm', () => {
    expect(tokensReissued.judge({ ...goodRun, record })).toMatchObject({
      verdict: 'fail',
      summary: 'the signing key was replaced, though it was not lost',
    })
  })

  test('the same key passes, and says so', () => {
    const same = withEvidence('tokens-settled', () => goodRun.evidence['tokens-baseline'])
    expect(tokensReissued.judge({ ...same, record })).toMatchObject({
      verdict: 'pass',
      summary: expect.stringContaining('carry the same key old-key-') as string,
    })
  })
})
