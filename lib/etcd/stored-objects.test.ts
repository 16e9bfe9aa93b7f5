import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import type { CommandResult, Node } from '../node.ts'
import { keyValue, revisionKey } from '../testing/etcd-bytes.ts'
import { localNode } from '../testing/local-node.ts'
import { revisionsDeleted, storedObjects } from './stored-objects.ts'

const folder = mkdtempSync(join(tmpdir(), 'drill-objects-'))
afterAll(() => rmSync(folder, { recursive: true }))
const { signal } = new AbortController()
const path = join(folder, 'db')
const long = `/registry/pods/kube-system/${'long-'.repeat(30)}m1`
const secret = Buffer.from('THE PASSWORD OF ANOTHER OBJECT')
const key = '/registry/configmaps/kube-system/kubeadm-config'
/** bbolt's key of a deletion, and the object's, with one byte of length or two. */
const deletion = (object: string, revision: number) =>
  Buffer.concat([
    Buffer.from(revisionKey(revision, true)),
    keyValue(object, revision, secret).subarray(0, (object.length < 128 ? 2 : 3) + object.length),
  ])

writeFileSync(
  path,
  Buffer.concat([
    Buffer.alloc(40, 0xff),
    keyValue(key, 300, Buffer.from('old')),
    secret,
    keyValue(key, 70_000, Buffer.from('new')),
    secret,
    keyValue(`${key}-of-another`, 80_000, Buffer.from('x')),
    keyValue(long, 9, Buffer.alloc(5000, 'v')),
    secret,
    keyValue('/registry/pods/a/large', 9, Buffer.alloc(40_000, 'v')),
    deletion(long, 12),
    deletion(key, 13),
    // Cut at the end of the file.
    keyValue(key, 90_000, Buffer.alloc(500, 'c')).subarray(0, 200),
  ]),
)

/** This machine, and all that left it. */
function watched() {
  const outputs: string[] = []
  const node = {
    ...localNode,
    async exec(...args: Parameters<Node['exec']>): Promise<CommandResult> {
      const result = await localNode.exec(...args)
      outputs.push(result.stdout)
      return result
    },
  } as Node
  return { node, outputs }
}

describe('objects in a database', () => {
  it('leave the machine in their newest version, with nothing that stands beside them', async () => {
    const { node, outputs } = watched()
    const found = await storedObjects(node, path, [key, long, '/registry/pods/a/large', '/none'], signal)
    expect([...found.values()].map(({ key: name, revision }) => [name, revision]).sort()).toEqual([
      [key, 70_000],
      [long, 9],
    ])
    expect(found.get(key)?.value.toString()).toBe('new')
    expect(found.get(long)?.value.equals(Buffer.alloc(5000, 'v'))).toBe(true)
    const lines = gunzipSync(Buffer.from(outputs[0] ?? '', 'base64'))
      .toString()
      .trim()
      .split('\n')
    const bytes = Buffer.concat(lines.map((line) => Buffer.from(line, 'base64'))).toString('latin1')
    expect(bytes).not.toContain('PASSWORD')
    expect(bytes).not.toContain('old')
  })

  it('say when they were deleted, and nothing else', async () => {
    const { node, outputs } = watched()
    expect(await revisionsDeleted(node, path, [key, long, '/none'], signal)).toEqual(
      new Map([
        [long, 12],
        [key, 13],
      ]),
    )
    expect(outputs[0]).toBe(`12 ${long}\n13 ${key}\n`)
  })

  it('are none where there is no database', async () => {
    expect(await storedObjects(watched().node, join(folder, 'none'), [key], signal)).toEqual(new Map())
  })
})
