import { generateKeyPairSync, createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { publicKey, publicKeyId } from '../testing/certificates.ts'
import {
  droppedIn,
  tokenKeyOf,
  tokenKeysIn,
  tokenKeysOfJwks,
  withDropped,
  withRetired,
  withRetiredDropped,
  type TokenKey,
} from './token-keys.ts'

const pair = (bits = 1024) =>
  generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
const [old, other] = [pair(), pair()]
const key = (pem: string): TokenKey => {
  const found = tokenKeyOf(pem)
  if (!found) throw new Error('no key')
  return found
}
const idsIn = (text: string) => tokenKeysIn(text).map(({ keyId }) => keyId)

describe('the keys of sa.pub', () => {
  it('are all of its PEM blocks, as an API server reads them', () => {
    expect(tokenKeysIn(publicKey)).toEqual([{ keyId: publicKeyId, pem: publicKey, retired: false }])
    const pkcs1 = createPublicKey(other.publicKey).export({ type: 'pkcs1', format: 'pem' }).toString()
    expect(idsIn(`${publicKey}\nsome words\n${pkcs1}${old.privateKey}`)).toEqual([
      publicKeyId,
      key(other.publicKey).keyId,
      key(old.publicKey).keyId,
    ])
  })

  it('are not what cannot be read', () => {
    expect(tokenKeysIn('')).toEqual([])
    expect(tokenKeysIn(publicKey.slice(0, 200))).toEqual([])
    expect(tokenKeysIn('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n')).toEqual([])
  })
})

describe('an old key behind the new one', () => {
  const text = withRetired(publicKey, [key(old.publicKey), key(publicKey)])

  it('is told from a key that an operator added, and is added once', () => {
    expect(tokenKeysIn(text).map(({ keyId, retired }) => [keyId, retired])).toEqual([
      [publicKeyId, false],
      [key(old.publicKey).keyId, true],
    ])
    expect(withRetired(text, [key(old.publicKey)])).toBe(text)
    expect(text.startsWith(publicKey)).toBe(true)
  })

  it('is dropped by its name, and everything else stays as it is', () => {
    const added = `${text}# of our own rotation\n${other.publicKey}`
    const dropped = withRetiredDropped(added)
    expect(tokenKeysIn(dropped).map(({ keyId, retired }) => [keyId, retired])).toEqual([
      [publicKeyId, false],
      [key(other.publicKey).keyId, false],
    ])
    expect(dropped).toContain('# of our own rotation\n')
    expect(droppedIn(dropped)).toEqual([key(old.publicKey).keyId])
    expect(withRetiredDropped(publicKey)).toBe(publicKey)
  })
})

it('remembers which keys must not come back, and why', () => {
  const text = withDropped(withDropped(publicKey, ['one', 'two'], 'compromised'), ['two', 'three'], 'finished')
  expect(droppedIn(text)).toEqual(['one', 'two', 'three'])
  expect(droppedIn(text, ['compromised'])).toEqual(['one', 'two'])
  expect(idsIn(text)).toEqual([publicKeyId])
})

describe('the answer of an API server', () => {
  it('gives the keys that it has loaded', () => {
    const jwk = { ...createPublicKey(publicKey).export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: publicKeyId }
    expect(tokenKeysOfJwks(JSON.stringify({ keys: [jwk] }))).toEqual([
      { keyId: publicKeyId, pem: publicKey, retired: false },
    ])
  })

  it.each(['', 'Unauthorized', '{"kind":"Status"}', '{"keys":1}'])('is none in %j', (json) =>
    expect(tokenKeysOfJwks(json)).toBeUndefined(),
  )
})
