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
  ])('%s', (_, run, summary) => {
    expect(tokensReissued.judge(run)).toMatchObject({ verdict: 'fail', summary })
  })

  test.each([{ namespace: 'other' }, { secret: 'other' }])('only another legacy Secret is there: %j', (other) => {
    const run = settled((good) => ({ legacy: good.legacy.map((entry) => ({ ...entry, ...other })) }))
    expect(tokensReissued.judge(run)).toMatchObject({ verdict: 'fail', summary: 'Secret drill/legacy is gone' })
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

  test.each([{ phase: 'Succeeded' }, { deleting: true }])(
    'a pod that does not run any more needs no token: %j',
    (change) => {
      const run = settled((good) => ({ mounted: good.mounted.filter(({ pod }) => pod !== 'echo-a') }))
      const pods = goodEvidence['pods-settled'].pods.map((pod) => (pod.name === 'echo-a' ? { ...pod, ...change } : pod))
      const evidence = { ...run.evidence, 'pods-settled': { ...goodEvidence['pods-settled'], pods } }
      expect(tokensReissued.judge({ ...run, evidence }).verdict).toBe('pass')
    },
  )

  test('says what is not known', () => {
    const evidence = Object.entries(goodEvidence).filter(([name]) => name !== 'pods-settled')
    expect(tokensReissued.judge({ ...goodRun, evidence: Object.fromEntries(evidence) }).summary).toBe(
      'there is no evidence pods-settled',
    )
    const noPods = { ...goodEvidence['pods-settled'], pods: [] }
    const untokened = { ...settled(() => ({ mounted: [] })).evidence, 'pods-settled': noPods }
    expect(tokensReissued.judge({ ...goodRun, evidence: untokened }).summary).toBe('no pod mounts a token')
    const keyless = withEvidence('tokens-baseline', (good) => ({ ...good, signingKeys: [] }))
    expect(tokensReissued.judge(keyless)).toMatchObject({
      verdict: 'unknown',
      summary: 'the old signing key is not known',
    })
    const record = { ...goodRecord, replaces: [] }
    expect(tokensReissued.judge({ ...keyless, record }).verdict).toBe('unknown')
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

describe('where tokens of the old key are accepted for a while, and left to kubelet', () => {
  const judgedWith = (run: typeof goodRun, options: Readonly<Record<string, string>>, accepted: boolean) =>
    tokensReissued.judge({
      ...run,
      record: { ...goodRecord, stillAccepted: accepted ? ['sa-key'] : [], recovery: { id: 'library', options } },
    })
  const oldMounted = mounted({ claims })

  test('a mounted token may be of the old key', () => {
    expect(judgedWith(oldMounted, { tokens: 'lazy' }, true)).toMatchObject({
      verdict: 'pass',
      summary: expect.stringContaining('or the old one until kubelet renews them') as string,
    })
  })

  test('but not where they are renewed at once, or not accepted, and of no third key', () => {
    expect(judgedWith(oldMounted, {}, true).verdict).toBe('fail')
    expect(judgedWith(oldMounted, { tokens: 'lazy' }, false).verdict).toBe('fail')
    const third = mounted({ claims: { ...claims, kid: 'third' } })
    expect(judgedWith(third, { tokens: 'lazy' }, true).verdict).toBe('fail')
  })

  test('a Secret is renewed by nobody else', () => {
    const run = settled((good) => ({ legacy: good.legacy.map((entry) => ({ ...entry, claims })) }))
    expect(judgedWith(run, { tokens: 'lazy' }, true).verdict).toBe('fail')
  })
})

test('lists each token with its key, and what the API says of it', () => {
  const lines = (change: Partial<TokenInventory['mounted'][number]>) => tokensReissued.judge(mounted(change)).details
  const what = 'drill/echo-a (kube-api-access)'
  expect(lines({})).toContain(`${what}: key new-key-, accepted`)
  expect(lines({ accepted: false })).toContain(`${what}: key new-key-, refused`)
  expect(lines({ claims: null, accepted: null })).toContain(`${what}: key none, not asked`)
})

test('tells how long after the repair began each machine had its tokens, and what was accepted right then', () => {
  const { takenAt, atMs } = goodEvidence['tokens-settled']
  // The repair began at 96 s.
  const iat = Math.round((Date.parse(takenAt) - atMs) / 1000) + 120
  const issued = withEvidence('tokens-settled', (good) => ({
    ...good,
    mounted: good.mounted.map((one) => ({ ...one, claims: { ...one.claims, iat } })),
    legacy: good.legacy.map((one) => ({ ...one, claims: { ...one.claims, iat: null } })),
  }))
  const recovered = { ...goodEvidence['tokens-settled'], legacy: [] }
  const run = { ...issued, evidence: { ...issued.evidence, 'tokens-recovered': recovered } }
  expect(tokensReissued.judge(run).details.slice(0, 3)).toEqual([
    'Secrets: 1 token reissued, at no time that they tell',
    'worker: 2 tokens reissued, 24 s after the repair began',
    'when the cluster had just recovered: 2 tokens accepted, 0 refused',
  ])
})
