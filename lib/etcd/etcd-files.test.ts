import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import type { Node } from '../node.ts'
import { bboltFile, keyValue, pageOf, walMetadataScript } from '../testing/etcd-bytes.ts'
import { fakeNode } from '../testing/fake-node.ts'
import { localNode } from '../testing/local-node.ts'
import { bboltBucket, type ReadPage } from './bbolt-reader.ts'
import { etcdFiles } from './etcd-files.ts'
import { newestOf } from './stored-objects.ts'
import { walIdentity } from './wal-metadata.ts'

const member = (id: number, name: string, host: string) =>
  [id.toString(16), Buffer.from(JSON.stringify({ id, name, peerURLs: [`https://${host}:2380`] }))] as const
const file = bboltFile([member(0xabc, 'm1', '10.0.0.1'), member(0xdef, 'm2', '[fd00::2]')], ['alarm', 'key'])
const readFile: ReadPage = async ({ page, pageSize }) => file.subarray(page * pageSize, (page + 1) * pageSize)

describe('boltBucket', () => {
  it('goes from the newest meta page through branches to the leaves', async () => {
    expect([...(await bboltBucket(readFile, 'members')).keys()]).toEqual(['abc', 'def'])
  })

  it('reads a bucket that has no page of its own', async () => {
    expect((await bboltBucket(readFile, 'alarm')).get('inline')?.toString()).toBe('here')
  })

  it('ends where an etcd that writes has led it in a circle', async () => {
    const torn = Buffer.from(file)
    // The branch names itself instead of the leaf.
    torn.writeBigUInt64LE(3n, 3 * 4096 + 16 + 8)
    const read: number[] = []
    const readTorn: ReadPage = async ({ page, pageSize }) => {
      read.push(page)
      return torn.subarray(page * pageSize, (page + 1) * pageSize)
    }
    await expect(bboltBucket(readTorn, 'members')).rejects.toThrow('etcd is writing')
    expect(read).toEqual([0, 1, 2, 3])
  })

  it.each([
    ['no such bucket', readFile, 'auth'],
    ['no database', async () => Buffer.alloc(4096), 'members'],
    ['an empty file', async () => Buffer.alloc(0), 'members'],
  ])('throws for %s', async (_, read, bucket) => {
    await expect(bboltBucket(read, bucket)).rejects.toThrow(TypeError)
  })
})

describe('walIdentity', () => {
  it('reads the ids of the member and its cluster', () => {
    expect(walIdentity(walMetadataScript(0xabc, 0x123456))).toEqual({ memberId: 'abc', clusterId: '123456' })
  })

  it('knows nothing where there is no metadata', () => {
    expect(walIdentity(Buffer.alloc(0))).toBeUndefined()
    expect(walIdentity(Buffer.alloc(64))).toBeUndefined()
    expect(walIdentity(walMetadataScript(1, 2).subarray(0, 20))).toBeUndefined()
  })
})

describe('newestOf', () => {
  const at = (key: string, revision: number, text = 'v') => keyValue(key, revision, Buffer.from(`${text}${revision}`))

  it('takes the newest version of each key that was asked for, wherever it stands', () => {
    const found = newestOf([at('/a', 5), at('/a', 9), at('/a', 7), at('/b', 3), at('/aa', 99)], ['/a', '/b'])
    expect([...found.values()].map(({ key, revision }) => [key, revision])).toEqual([
      ['/a', 9],
      ['/b', 3],
    ])
    expect(found.get('/a')?.value.toString()).toBe('v9')
  })

  it('leaves out what was overwritten or cut', () => {
    const whole = at('/a', 5, 'long enough')
    expect(newestOf([whole.subarray(0, whole.length - 3), Buffer.alloc(40, 0xff), Buffer.alloc(0)], ['/a']).size).toBe(
      0,
    )
  })
})

describe('etcdFiles', () => {
  const node = (data: string) =>
    fakeNode('m1', 'control-plane', {
      'read the write-ahead log of etcd': data,
      'read pages of the etcd database': pageOf(file),
      'find objects in the etcd database': ({ options }) => {
        const window = keyValue('/a', 4, Buffer.from('v'))
        return options.input === '\u0002/a\n' ? gzipSync(`${window.toString('base64')}\n`).toString('base64') : ''
      },
    })
  const signal = new AbortController().signal

  it('says who the member is, who the others are, and finds objects', async () => {
    const files = await etcdFiles(
      node(walMetadataScript(0xabc, 0x99).toString('base64')),
      '/var/lib/etcd',
      ['/a'],
      signal,
    )
    expect(files).toMatchObject({ hasData: true, identity: { clusterId: '99' } })
    expect(files.members).toEqual([
      { id: 'abc', name: 'm1', peerHosts: ['10.0.0.1'] },
      { id: 'def', name: 'm2', peerHosts: ['fd00::2'] },
    ])
    expect(files.objects.get('/a')?.revision).toBe(4)
  })

  it('says that there is no data', async () => {
    expect(await etcdFiles(node(''), '/var/lib/etcd', ['/a'], signal)).toEqual({ hasData: false, objects: new Map() })
  })
})

describe('the write-ahead log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drill-wal-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const identityIn = async (log: Buffer) => {
    for (const part of ['wal', 'snap']) mkdirSync(join(folder, 'member', part), { recursive: true })
    writeFileSync(join(folder, 'member/wal/0.wal'), log)
    writeFileSync(join(folder, 'member/snap/db'), 'no database')
    const outputs: string[] = []
    const exec: Node['exec'] = async (...args) => {
      const result = await localNode.exec(...args)
      outputs.push(result.stdout)
      return result
    }
    const { hasData, identity } = await etcdFiles(
      { ...localNode, exec } as Node,
      folder,
      [],
      new AbortController().signal,
    )
    return { hasData, identity, left: Buffer.from(outputs[0] ?? '', 'base64').toString('latin1') }
  }

  it('shows who the member is, and none of the entries behind it', async () => {
    const head = walMetadataScript(0xabc, 0x123456)
    const { identity, left } = await identityIn(Buffer.concat([head, Buffer.from('A PASSWORD'), Buffer.alloc(2000)]))
    expect(identity).toEqual({ memberId: 'abc', clusterId: '123456' })
    expect(left).not.toContain('PASSWORD')
    expect(left.length).toBeLessThanOrEqual(head.length)
  })

  it('that is something else shows nothing', async () => {
    expect(await identityIn(Buffer.from('A PASSWORD'))).toEqual({ hasData: true, identity: undefined, left: '\0' })
    expect(await identityIn(Buffer.alloc(3000))).toEqual({ hasData: true, identity: undefined, left: '\0' })
  })
})
