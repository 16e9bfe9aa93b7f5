import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { goodEvidence } from '../../testing/good-evidence.ts'
import { goodRecord, goodRun, withEvidence } from '../../testing/run-fixture.ts'
import { signingKeyId } from '../../observe/fingerprints.ts'
import { saKeysLoaded } from './check.ts'
import { keyIdsIn, type SaKeys } from './collect.ts'

const [old, current] = ['old-key-0123456789', 'new-key-0123456789']
const spoiled = (change: Partial<SaKeys['planes'][number]>) =>
  saKeysLoaded.judge(
    withEvidence('sa-keys-settled', (good) => ({
      ...good,
      planes: good.planes.map((plane) => ({ ...plane, ...change })),
    })),
  )

test.each([
  ['has not loaded the new key', { loaded: [old] }, 'has loaded old-key-'],
  ['does not say', { loaded: null }, 'does not say'],
  ['has lost sa.key', { signing: null }, 'sa.key is missing'],
  ['has the old sa.key', { signing: old, published: [old], loaded: [old] }, 'still the old one'],
  ['has sa.pub in another order', { published: [old, current], loaded: [old, current] }, 'does not begin with'],
  [
    'still accepts the old key, which nobody wanted',
    { published: [current, old], loaded: [current, old] },
    'still accepted',
  ],
])('fails where an API server %s', (_, change, words) => {
  const { verdict, summary, details } = spoiled(change)
  expect(verdict).toBe('fail')
  expect([summary, ...details].join()).toContain(words)
})

describe('where the old key is to be accepted for a while', () => {
  const judge = (published: string[]) =>
    saKeysLoaded.judge({
      record: { ...goodRecord, replaces: ['sa-key'], stillAccepted: ['sa-key'] },
      events: [],
      series: [],
      calibrationSeries: [],
      evidence: {
        ...goodEvidence,
        'sa-keys-settled': {
          ...goodEvidence['sa-keys-settled'],
          planes: [{ node: 'control-plane', signing: current, published, loaded: published }],
        },
      },
    })
  test('both must be loaded', () => {
    expect(judge([current, old])).toMatchObject({ verdict: 'pass' })
    expect(judge([current])).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining('not accepted') as string,
    })
  })
})

test('fails where a key was replaced that was not lost, and for control planes with different keys', () => {
  const record = { ...goodRecord, replaces: [] }
  expect(saKeysLoaded.judge({ ...goodRun, record }).summary).toContain('though it was not lost')
  const { planes } = goodEvidence['sa-keys-settled']
  const other = { node: 'm2', signing: 'another-key', published: ['another-key'], loaded: ['another-key'] }
  const evidence = {
    ...goodEvidence,
    'sa-keys-settled': { ...goodEvidence['sa-keys-settled'], planes: [...planes, other] },
  }
  const two = { ...goodRecord, topology: { controlPlanes: 2, workers: 1 } }
  expect(saKeysLoaded.judge({ ...goodRun, record: two, evidence }).summary).toContain('different signing keys')
})

test('is unknown where a control plane was not seen', () => {
  const record = { ...goodRecord, topology: { controlPlanes: 2, workers: 1 } }
  expect(saKeysLoaded.judge({ ...goodRun, record }).verdict).toBe('unknown')
})

test('reads every key of sa.pub', () => {
  const pems = [1, 2].map(
    () =>
      generateKeyPairSync('ec', {
        namedCurve: 'P-256',
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      }).publicKey,
  )
  expect(keyIdsIn(pems.join('# words between\n'))).toEqual(pems.map(signingKeyId))
})
