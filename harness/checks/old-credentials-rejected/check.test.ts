import { describe, expect, test } from 'vitest'
import type { CredentialReplay } from './collect.ts'
import { oldCredentialsRejected } from './check.ts'
import { goodRecord, goodRun, withEvidence } from '../../testing/run-fixture.ts'

type Trial = CredentialReplay['trials'][number]
const answered = (name: 'credentials-baseline' | 'credentials-settled', credential: string, change: Partial<Trial>) =>
  withEvidence(name, (good) => ({
    ...good,
    trials: good.trials.map((trial) => (trial.credential === credential ? { ...trial, ...change } : trial)),
  }))

test('says what was refused', () => {
  expect(oldCredentialsRejected.judge(goodRun).summary).toBe(
    '12 old credentials rejected by 1 API server and etcd with the new CA',
  )
})

test('a refusal in the handshake with a verified server counts', () => {
  const run = answered('credentials-settled', 'admin.conf', { status: null, error: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' })
  expect(oldCredentialsRejected.judge(run).verdict).toBe('pass')
})

describe('fails', () => {
  test.each([200, 403, 404])('an old credential that the server knows: %i', (status) => {
    const finding = oldCredentialsRejected.judge(answered('credentials-settled', 'kubelet certificate', { status }))
    expect(finding).toMatchObject({
      verdict: 'fail',
      summary: `control-plane accepts the old kubelet certificate (${status})`,
    })
  })

  test('the CA was not replaced', () => {
    expect(
      oldCredentialsRejected.judge(withEvidence('credentials-settled', (good) => ({ ...good, caSha256: 'AA:AA' })))
        .verdict,
    ).toBe('fail')
  })
})

describe('where nothing that vouches for them was lost', () => {
  const kept = (change: Partial<Trial>) => {
    const run = answered('credentials-settled', 'admin.conf', change)
    const settled = { ...(run.evidence['credentials-settled'] as CredentialReplay), caSha256: 'AA:AA' }
    const trials = settled.trials.map((trial) =>
      ['admin.conf', 'service-account token', 'current admin.conf'].includes(trial.credential)
        ? trial
        : { ...trial, status: 403 },
    )
    const evidence = { ...run.evidence, 'credentials-settled': { ...settled, trials } }
    return oldCredentialsRejected.judge({ ...run, record: { ...goodRecord, replaces: ['sa-key'] }, evidence })
  }

  test('they must be accepted as before', () => {
    expect(kept({ status: 200 })).toMatchObject({
      verdict: 'pass',
      summary:
        '1 old credential rejected by 1 API server and etcd with the new CA; 11 old credentials accepted by 1 API server and etcd as before',
    })
  })

  test('a rejection is harm', () => {
    expect(kept({ status: 401 })).toMatchObject({
      verdict: 'fail',
      summary: 'control-plane rejects the old admin.conf (401), though nothing that vouches for it was lost',
    })
  })

  test('a new CA is harm', () => {
    const record = { ...goodRecord, replaces: [] }
    expect(oldCredentialsRejected.judge({ ...goodRun, record }).details).toContain(
      'the cluster CA was replaced, though it was not lost',
    )
  })
})

describe('is unknown', () => {
  test.each([
    ['no answer', { verified: false, status: null, error: 'ECONNREFUSED' }],
    ['a time-out', { verified: true, status: null, error: 'ETIMEDOUT' }],
    ['a server that the new CA does not vouch for', { verified: false, status: 401 }],
    ['an overloaded server', { status: 429 }],
    ['a broken server', { status: 500 }],
  ])('%s', (_, change) => {
    expect(oldCredentialsRejected.judge(answered('credentials-settled', 'service-account token', change)).verdict).toBe(
      'unknown',
    )
  })

  test('a server that refuses the new credentials too', () => {
    const finding = oldCredentialsRejected.judge(answered('credentials-settled', 'current admin.conf', { status: 401 }))
    expect(finding).toMatchObject({ verdict: 'unknown', summary: expect.stringContaining('proves nothing') as string })
  })

  test('credentials that were worth nothing before', () => {
    expect(oldCredentialsRejected.judge(answered('credentials-baseline', 'admin.conf', { status: 401 })).verdict).toBe(
      'unknown',
    )
  })

  test('not tried on every control plane', () => {
    expect(
      oldCredentialsRejected.judge({
        ...goodRun,
        record: { ...goodRecord, topology: { controlPlanes: 3, workers: 2 } },
      }).verdict,
    ).toBe('unknown')
  })
})
