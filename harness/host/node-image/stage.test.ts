import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureStage, partialDirectory, stageCacheDirectory, sweep, type Stage } from './stage.ts'

let cache = ''
let lines: string[] = []
let builds = 0

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'drill-stage-'))
  lines = []
  builds = 0
})
afterEach(async () => rm(cache, { recursive: true }))

const context = { onProgress: (line: string) => void lines.push(line) }

function stage(key = 'aaa', build: Stage['build'] = writeProgram): Stage {
  return { id: 'fake', key, title: 'fake 1.0', build }
}

async function writeProgram(directory: string): Promise<void> {
  builds += 1
  await writeFile(join(directory, 'program'), `build ${builds}`)
}

test('builds once for one key, and again for another', async () => {
  const first = await ensureStage(stage('aaa'), cache, context)
  expect(await ensureStage(stage('aaa'), cache, context)).toBe(first)
  expect(builds).toBe(1)
  const second = await ensureStage(stage('bbb'), cache, context)
  expect(second).not.toBe(first)
  expect(await readFile(join(second, 'program'), 'utf8')).toBe('build 2')
  expect(lines[0]).toBe('fake 1.0: building')
  expect(lines[1]).toMatch(/^fake 1\.0: done in \d+ s$/)
})

test('a build that fails halfway leaves nothing that looks finished, and the next one starts over', async () => {
  const halfway = async (directory: string) => {
    await writeProgram(directory)
    throw new Error('no space left')
  }
  await expect(ensureStage(stage('aaa', halfway), cache, context)).rejects.toThrow('no space left')
  expect(await readdir(cache)).toEqual([])
  const finished = await ensureStage(stage('aaa'), cache, context)
  expect(await readFile(join(finished, 'program'), 'utf8')).toBe('build 2')
})

test('what a killed build left is not taken for finished; it goes, and what another process works in stays', async () => {
  const dead = spawnSync('true').pid
  const left = join(cache, `.partial-fake-${dead}-xyz`)
  await mkdir(left)
  await writeFile(join(left, 'program'), 'half')
  const others = await partialDirectory('other', cache)
  await ensureStage(stage('aaa'), cache, context)
  expect(builds).toBe(1)
  await sweep(cache)
  expect((await readdir(cache)).toSorted()).toEqual([basename(others), 'fake-aaa'])
})

test('a stage that nothing used for two months goes', async () => {
  const [old, recent] = [
    await ensureStage(stage('aaa'), cache, context),
    await ensureStage(stage('bbb'), cache, context),
  ]
  const longAgo = Date.now() / 1000 - 61 * 24 * 3600
  await utimes(old, longAgo, longAgo)
  await sweep(cache)
  expect(await readdir(cache)).toEqual([basename(recent)])
})

test('two builds at once both succeed with one result', async () => {
  const both = await Promise.all([ensureStage(stage(), cache, context), ensureStage(stage(), cache, context)])
  expect(both[0]).toBe(both[1])
  expect(await readdir(cache)).toEqual(['fake-aaa'])
})

test('an abort during the build keeps the result out, though the build itself did not notice', async () => {
  const abort = new AbortController()
  const late = async (directory: string) => {
    await writeProgram(directory)
    abort.abort(new Error('stopped by Ctrl-C'))
  }
  await expect(ensureStage(stage('aaa', late), cache, { ...context, signal: abort.signal })).rejects.toThrow('Ctrl-C')
  expect(await readdir(cache)).toEqual([])
  await expect(ensureStage(stage('bbb'), cache, { ...context, signal: abort.signal })).rejects.toThrow('Ctrl-C')
  expect(builds).toBe(1)
})

test('the cache is where the user wants caches', () => {
  expect(stageCacheDirectory({ XDG_CACHE_HOME: '/var/tmp/cache' })).toBe('/var/tmp/cache/drill/node-image')
  expect(stageCacheDirectory({})).toMatch(/\/\.cache\/drill\/node-image$/)
})
