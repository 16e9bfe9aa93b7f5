import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it, test } from 'vitest'
import type { NodeFacts } from '../model.ts'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { caNeedles, inBase64, keyNeedles, lostCas, lostKeyIds, namesakeNeedles } from './lost-trust.ts'
import { retiredMark } from './token-keys.ts'
import { keyId } from './key-id.ts'

const [old, present, added] = ['kubernetes', 'kubernetes', 'callers'].map(
  (commonName) => issueCertificate({ commonName }).certificate,
) as [string, string, string]

const facts: Partial<NodeFacts> = { kubeletCas: present, podCas: [present], recordedCas: [], tokenKeyIds: [] }
const clusterOf = (...changes: readonly Partial<NodeFacts>[]) => {
  const machines = changes.map((change) => ({ facts: { ...facts, ...change } }))
  const first = { mirrorPodSpecs: new Map() }
  return { machines, first, config: { certificatesDir: '/etc/kubernetes/pki' } } as never
}

describe('lostCas', () => {
  test.each([
    ['all trust the present one', {}, 0],
    ['a kubelet trusted another', { kubeletCas: old }, 1],
    ['pods trusted both', { podCas: [`${old}${present}`] }, 1],
    ['a killed repair recorded it', { recordedCas: [old, present] }, 1],
    ['a killed repair recorded what an operator had added for callers', { recordedCas: [added] }, 0],
  ])('%s', (_, change, count) => {
    expect(lostCas(clusterOf(change), present)).toHaveLength(count)
  })

  it('names one that several machines trusted once', () => {
    expect(lostCas(clusterOf({ kubeletCas: old }, { kubeletCas: old, podCas: [old] }), present)).toHaveLength(1)
  })
})

describe('lostKeyIds', () => {
  const { publicKey: key } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

  test.each([
    ['pods had tokens of the valid key', ['new'], '', []],
    ['pods had tokens of another', ['old', 'new', 'old'], '', ['old']],
    ['sa.pub names a retired one', [], `${retiredMark}\n${key}`, 'retired'],
    ['it names a dropped one', [], '# drill-recovery: no longer accepted (compromised): gone\n', ['gone']],
  ])('%s', (_, tokenKeyIds, text, found) => {
    const expected = found === 'retired' ? [keyId(key)] : found
    expect(lostKeyIds(clusterOf({ tokenKeyIds }), text, new Set(['new']))).toEqual(expected)
  })
})

/** Where a CA or a token may stand, with something before it, so that it begins at each place in a group of three bytes. */
const places = ['', 'a', 'ab', 'abc'].flatMap((before) => {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return [
    ['as it is', (text: string) => `${before}${text}`],
    ['in base64', (text: string) => base64(`${before}${text}`)],
  ] as const
})

describe('caNeedles', () => {
  const kubeconfigs = ['', 'x', 'xy'].map(
    (before) => (ca: string) =>
      `${before}certificate-authority-data: ${Buffer.from(ca).toString('base64')}\nserver: s\n`,
  )
  const inSecret = (text: string) => Buffer.from(text).toString('base64')
  const asJson = (text: string) => JSON.stringify({ text })
  const ways: readonly (readonly [string, (ca: string) => string])[] = [
    ...places,
    ['in JSON, as in a ConfigMap', asJson],
    ['in a bundle behind another, in base64', (ca) => inSecret(`${present.trim()}\n${ca}`)],
    ['without an end of line', (ca) => inSecret(ca.trim())],
    ...kubeconfigs.flatMap((write): (readonly [string, (ca: string) => string])[] => [
      ['in a kubeconfig', write],
      ['in a kubeconfig in a Secret', (ca) => inSecret(write(ca))],
      ['in a kubeconfig in a ConfigMap', (ca) => asJson(write(ca))],
    ]),
  ]
  test.each(ways)('finds a CA %s, and no other CA', (_, write) => {
    const finds = (text: string) => caNeedles(old).some((needle) => text.includes(needle.text))
    expect(finds(write(old))).toBe(true)
    expect(finds(write(added))).toBe(false)
  })

  it('has no white space, and says what is lost', () => {
    expect(caNeedles(old).every(({ lost, text }) => lost === 'cluster-ca' && /^\S{60,}$/.test(text))).toBe(true)
  })
})

describe('namesakeNeedles', () => {
  const [lost, now] = ['front-proxy-ca', 'front-proxy-ca'].map((commonName) => issueCertificate({ commonName }))
  const needles = namesakeNeedles('front-proxy-ca', now?.certificate ?? '')
  const finds = (text: string) =>
    needles.some((needle) => !needle.isPresent && text.includes(needle.text)) &&
    !needles.some((needle) => needle.isPresent && text.includes(needle.text))
  const leaf = issueCertificate({ commonName: 'front-proxy-client', ...(lost ? { by: lost } : {}) }).certificate

  test.each(places)('finds the lost CA and what it signed, %s, and not the present one', (_, write) => {
    expect([lost?.certificate, leaf].map((pem) => finds(write(pem ?? '')))).toEqual([true, true])
    expect(finds(write(now?.certificate ?? ''))).toBe(false)
    expect(finds(write(old))).toBe(false)
  })
})

describe('keyNeedles', () => {
  const tokenOf = (kid: string) =>
    `${Buffer.from(JSON.stringify({ alg: 'RS256', kid })).toString('base64url')}.eyJhdWQiOltdfQ.c2ln`
  test.each(places)('finds a token %s, and none of another key', (_, write) => {
    const [kid, other] = ['ERjFFOB7O7GzJqvcO4EzpU2nJMmv0fTBRKNmmPaAq1w', 'PRjFFOB7O7GzJqvcO4EzpU2nJMmv0fTBRKNmmPaAq1w']
    const finds = (text: string) => keyNeedles(kid).some((needle) => text.includes(needle.text))
    expect(finds(write(tokenOf(kid)))).toBe(true)
    expect(finds(write(tokenOf(other)))).toBe(false)
  })
})

it('knows what the base64 of every surrounding text contains', () => {
  for (const before of ['', '1', '12', '123', '1234'])
    for (const after of ['', '1', '12', '123']) {
      const whole = Buffer.from(`${before}the needle${after}`).toString('base64')
      expect(inBase64('the needle').filter((text) => whole.includes(text))).toHaveLength(1)
    }
})
