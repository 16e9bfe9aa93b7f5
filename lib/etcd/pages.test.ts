import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Node } from '../node.ts'
import { bboltFile, keyValue, revisionKey } from '../testing/etcd-bytes.ts'
import { localNode } from '../testing/local-node.ts'
import { bboltBucket, bboltPlaces } from './bbolt-reader.ts'
import { pagesOf } from './pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'drill-pages-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A file, and what was read of it. */
function watched(file: Buffer) {
  const path = join(folder, 'db')
  // What is left over at the end of the last page.
  file.write('A PASSWORD THAT WAS DELETED', file.length - 40)
  writeFileSync(path, file)
  const outputs: string[] = []
  const exec: Node['exec'] = async (...args) => {
    const result = await localNode.exec(...args)
    outputs.push(result.stdout)
    return result
  }
  const readPage = pagesOf({ ...localNode, exec } as Node, path, new AbortController().signal)
  const left = () => {
    const parts = outputs.flatMap((output) => output.split('\n')).map((line) => line.split(':')[1] ?? '')
    return parts.map((part) => Buffer.from(part.split(' ').map(Number)).toString('latin1')).join('\n')
  }
  return { readPage, left }
}

it('a bucket leaves the machine whole, and nothing of the others or of what was deleted', async () => {
  const { readPage, left } = watched(bboltFile([['abc', Buffer.from('{"name":"m1"}')]], ['authUsers', 'lease']))
  expect(await bboltBucket(readPage, 'members')).toEqual(new Map([['abc', Buffer.from('{"name":"m1"}')]]))
  expect(left()).toContain('"m1"')
  expect(left()).not.toContain('PASSWORD')
  // Of another bucket of the root page the name, not what stands in it.
  expect(left()).toContain('authUsers')
  expect(left()).not.toContain('inline')
})

it('of objects the places leave it, not the values', async () => {
  const value = keyValue('/registry/secrets/a', 7, Buffer.from('A PASSWORD'))
  const file = bboltFile([[revisionKey(7), value]], [], 'key')
  const { readPage, left } = watched(file)
  const prefix = Buffer.from(revisionKey(7).slice(0, 9), 'latin1')
  expect(await bboltPlaces(readPage, 'key', prefix)).toEqual([{ offset: file.indexOf(value), length: value.length }])
  expect(left()).not.toContain('PASSWORD')
  expect(left()).not.toContain('/registry')
})

it.each([
  ['continues beyond the end of the file', 12, 0x40_00_00],
  ['has more elements than it holds', 8, 0xff_ff_00_02],
])('a page that is being written is left, and no memory is taken for it: it %s', async (_, at, word) => {
  const file = bboltFile([['abc', Buffer.from('{"name":"m1"}')]])
  file.writeUInt32LE(word, 4 * 4096 + at)
  const { readPage } = watched(file)
  expect(await readPage({ page: 4, pageSize: 4096 }, 'all')).toHaveLength(0)
  await expect(bboltBucket(readPage, 'members')).rejects.toThrow(RangeError)
})
