import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bboltFile, keyValue, revisionKey } from '../testing/etcd-bytes.ts'
import { localNode } from '../testing/local-node.ts'
import type { Node } from '../node.ts'
import { objectsEncryptedWith, storedKeyNames } from './encrypted-values.ts'

const node = localNode as Node
const signal = new AbortController().signal
const secret = (name: string) => `/registry/secrets/default/${name}`
const long = secret('long-'.repeat(30))
const encrypted = (key: string) => Buffer.from(`k8s:enc:aescbc:v1:${key}:\x01\xff\nbytes`, 'latin1')
const version = (revision: number, object: string, value: Buffer) =>
  [revisionKey(revision), keyValue(object, revision, value)] as const
/** The deletion of an object: its key, and nothing else. */
const deletion = (revision: number, object: string) =>
  [revisionKey(revision, true), keyValue(object, revision, Buffer.alloc(0)).subarray(0, 2 + object.length)] as const

let folder = ''
const file = () => join(folder, 'db')
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-etcd-'))
  const reachable = bboltFile(
    [
      version(10, secret('kept'), encrypted('key1')),
      version(11, secret('rotated'), encrypted('key1')),
      version(12, secret('rotated'), encrypted('key2')),
      version(13, secret('deleted'), encrypted('key1')),
      deletion(14, secret('deleted')),
      version(15, long, encrypted('a.b')),
      version(16, secret('plain'), Buffer.from('k8s\0')),
    ],
    ['meta'],
    'key',
  )
  const givenUp = Buffer.concat([
    Buffer.alloc(100),
    keyValue(secret('compacted'), 3, encrypted('key1')),
    Buffer.alloc(40),
  ])
  await writeFile(file(), Buffer.concat([reachable, givenUp]))
})
afterAll(() => rm(folder, { recursive: true }))

const objects = (provider: string, name: string) => objectsEncryptedWith(node, file(), { provider, name }, signal)

// Each look starts some twenty processes, which takes seconds on a busy machine.
describe('a database with encrypted values', { timeout: 60_000 }, () => {
  it('says with which keys', async () => {
    expect(await storedKeyNames(node, file(), signal)).toEqual([
      { provider: 'aescbc', name: 'a.b' },
      { provider: 'aescbc', name: 'key1' },
      { provider: 'aescbc', name: 'key2' },
    ])
  })

  it('needs a key for what is there now, not for what was rotated, deleted or given up', async () => {
    expect(await objects('aescbc', 'key1')).toEqual([secret('kept')])
    expect(await objects('aescbc', 'key2')).toEqual([secret('rotated')])
  })

  it('knows objects of long names, and takes a dot for a dot', async () => {
    expect(await objects('aescbc', 'a.b')).toEqual([long])
    expect(await objects('aescbc', 'acb')).toEqual([])
    expect(await objects('secretbox', 'key1')).toEqual([])
  })
})

it('finds nothing where there is no database', async () => {
  expect(await storedKeyNames(node, join(folder, 'none'), signal)).toEqual([])
})
