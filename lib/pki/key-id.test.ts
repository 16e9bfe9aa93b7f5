import { expect, it } from 'vitest'
import { publicKey, publicKeyId } from '../testing/certificates.ts'
import { keyId } from './key-id.ts'
import { keyIdOfHeader } from '../api/tokens.ts'

it('is the id that Kubernetes gives to the key', () => expect(keyId(publicKey)).toBe(publicKeyId))

it('is found in a token’s header', () => {
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: publicKeyId })).toString('base64url')
  expect(keyIdOfHeader(header)).toBe(publicKeyId)
})

it.each(['', '-', '!!', Buffer.from('[]').toString('base64url'), Buffer.from('{"kid":7}').toString('base64url')])(
  'is not found in %j',
  (header) => expect(keyIdOfHeader(header)).toBeUndefined(),
)
