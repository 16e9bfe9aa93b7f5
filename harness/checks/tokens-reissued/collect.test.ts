import { createHash, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { mountedTokensOf } from '../../observe/mounted-tokens.ts'
import { signingKeyId, tokenClaimsOf } from '../../observe/fingerprints.ts'

const token = (header: unknown, payload: unknown) =>
  [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.c2ln'

describe('claims', () => {
  test('of a bound token', () => {
    const payload = {
      sub: 'system:serviceaccount:a:b',
      iat: 5,
      exp: 9,
      aud: ['https://kubernetes.default.svc'],
      extra: 1,
    }
    expect(tokenClaimsOf(token({ alg: 'RS256', kid: 'k' }, payload))).toEqual({
      claims: { kid: 'k', sub: 'system:serviceaccount:a:b', iat: 5, exp: 9 },
      audiences: ['https://kubernetes.default.svc'],
    })
  })

  test('of a legacy token, which never expires and is for nobody in particular', () => {
    expect(tokenClaimsOf(token({ kid: 'k' }, { sub: 's' }))).toEqual({
      claims: { kid: 'k', sub: 's', iat: null, exp: null },
      audiences: [],
    })
  })

  test.each(['', 'a.b.c', token({ kid: 1 }, { sub: 's' }), token({ kid: 'k' }, {})])(
    'none of what is no token: %j',
    (text) => {
      expect(tokenClaimsOf(text)).toBeUndefined()
    },
  )
})

test('the key id is the digest of the public key as SubjectPublicKeyInfo', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const der = publicKey.export({ type: 'spki', format: 'der' })
  expect(signingKeyId(publicKey.export({ type: 'spki', format: 'pem' }).toString())).toBe(
    createHash('sha256').update(der).digest('base64url'),
  )
  expect(() => signingKeyId('no key')).toThrow()
})

test('mounted tokens are read from the paths of their volumes', () => {
  const lines = [
    '/var/lib/kubelet/pods/0c24639a/volumes/kubernetes.io~projected/kube-api-access-k446b/token a.b.c',
    '/data/kubelet/pods/1f/volumes/kubernetes.io~projected/access/token d.e.f',
    '/var/lib/kubelet/pods/1/volumes/kubernetes.io~secret/x/token secret.of.another-kind',
    '',
    'noise',
  ]
  expect(mountedTokensOf('worker', lines.join('\n'))).toEqual([
    { node: 'worker', podUid: '0c24639a', volume: 'kube-api-access-k446b', token: 'a.b.c' },
    { node: 'worker', podUid: '1f', volume: 'access', token: 'd.e.f' },
  ])
})
