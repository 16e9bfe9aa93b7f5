import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { ca, leaf, publicKey, publicKeyId } from '../../lib/testing/certificates.ts'
import { certificatesIn, fingerprintsIn, keyIdInHeader, signingKeyId, tokenClaimsOf } from './fingerprints.ts'

test('certificates of a bundle, one truncated between them', () => {
  const bundle = `${ca}\n${leaf.slice(0, 100)}\n${leaf}`
  expect(certificatesIn(bundle)).toEqual([ca.trim(), leaf.trim()])
  expect(fingerprintsIn(bundle)).toEqual([ca, leaf].map((pem) => new X509Certificate(pem).fingerprint256))
  expect(certificatesIn('')).toEqual([])
})

test('a damaged certificate throws', () => {
  const lines = ca.split('\n')
  expect(() => fingerprintsIn(lines.toSpliced(3, 1).join('\n'))).toThrow()
})

test('the key id of a public key is what the API server calls it', () => {
  expect(signingKeyId(publicKey)).toBe(publicKeyId)
  expect(() => signingKeyId('no key')).toThrow()
})

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = part({ alg: 'RS256', kid: 'one' })

test('the claims of a token; the header alone names the key', () => {
  const token = `${header}.${part({ sub: 'system:serviceaccount:a:b', iat: 1, exp: 2, aud: ['x', 'y'] })}.signature`
  expect(tokenClaimsOf(token)).toEqual({
    claims: { kid: 'one', sub: 'system:serviceaccount:a:b', iat: 1, exp: 2 },
    audiences: ['x', 'y'],
  })
  expect(tokenClaimsOf(`${header}.${part({ sub: 's', aud: 'x' })}.s`)).toEqual({
    claims: { kid: 'one', sub: 's', iat: null, exp: null },
    audiences: ['x'],
  })
  expect(keyIdInHeader(header)).toBe('one')
})

test.each(['', 'x.y.z', header, `${part({})}.${part({ sub: 's' })}.s`])('what is no token has no claims: %j', (text) =>
  expect(tokenClaimsOf(text)).toBeUndefined(),
)
