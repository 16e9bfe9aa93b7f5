import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import { createRunDirectory, evidenceStore, runIdOf } from './run-directory.ts'

let out: string
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'drill-runs-'))
})
afterEach(() => rm(out, { recursive: true }))

test('makes a directory of its own for each run, and latest points to the last', async () => {
  const first = await createRunDirectory(join(out, 'a', 'b'), 'run')
  const second = await createRunDirectory(join(out, 'a', 'b'), 'run')
  expect(second).toBe(`${first}-2`)
  expect(await readlink(join(out, 'a', 'b', 'latest'))).toBe('run-2')
})

test('a place that takes no directory is refused at once, with the way out', async () => {
  await writeFile(join(out, 'file'), '')
  for (const place of ['/proc/nope/runs', join(out, 'file'), join(out, 'file', 'runs')]) {
    await expect(createRunDirectory(place, 'run'), place).rejects.toThrow(UsageError)
  }
})

test('evidence is written without secrets', async () => {
  const runDir = await createRunDirectory(out, 'run')
  await evidenceStore(runDir).write('x', { a: '--token abcdef.0123456789abcdef', b: 1 })
  expect(await readFile(join(runDir, 'evidence', 'x.json'), 'utf8')).not.toContain('0123456789abcdef')
  expect(await evidenceStore(runDir).read('x')).toEqual({ a: '--token [withheld]', b: 1 })
})

test('runs that begin at once get a directory each, and `latest` names one of them', async () => {
  const paths = await Promise.all(Array.from({ length: 20 }, () => createRunDirectory(out, 'run')))
  expect(new Set(paths).size).toBe(20)
  expect(paths.map((path) => basename(path))).toContain(await readlink(join(out, 'latest')))
  expect((await readdir(out)).filter((name) => name.startsWith('latest'))).toEqual(['latest'])
})

test('evidence that several checks want is collected once; a failed collection fails for all of them', async () => {
  const stores = await Promise.all([1, 2].map(async () => evidenceStore(await createRunDirectory(out, 'run'))))
  const [store, other] = stores
  let taken = 0
  const take = async () => ++taken
  await Promise.all([store?.once('a', take), store?.once('a', take)])
  await store?.once('b', take)
  expect([await store?.read('a'), await store?.read('b')]).toEqual([1, 2])
  const fail = () => Promise.reject(new Error('no'))
  await expect(store?.once('c', fail)).rejects.toThrow('no')
  await expect(store?.once('c', take)).rejects.toThrow('no')
  await other?.once('a', take)
  expect(await other?.read('a')).toBe(3)
})

test('an id sorts by time', () => {
  expect(runIdOf(new Date('2026-11-24T02:15:00.123Z'), 'lost-pki', 3)).toBe('20261124T021500Z-lost-pki-m3')
})
