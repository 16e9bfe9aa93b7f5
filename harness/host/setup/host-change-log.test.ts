import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mergeChanges, readHostChanges, recordHostChanges, type HostChange } from './host-change-log.ts'

const sysctl = (key: string, before: string, after: string): HostChange => ({ kind: 'sysctl', key, before, after })

describe('mergeChanges', () => {
  test('the first value seen is the one to restore', () => {
    const first = sysctl('kernel.panic', '0', '10')
    expect(mergeChanges([first], [sysctl('kernel.panic', '10', '10')])).toEqual([first])
  })

  test('a later target replaces the target only', () => {
    const merged = mergeChanges(
      [sysctl('fs.inotify.max_user_instances', '128', '512')],
      [sysctl('fs.inotify.max_user_instances', '512', '1024')],
    )
    expect(merged).toEqual([sysctl('fs.inotify.max_user_instances', '128', '1024')])
  })

  test('an engine with another start time is another engine', () => {
    const engines: HostChange[] = ['100', '200'].map((startTicks) => ({ kind: 'engine', pid: 42, startTicks }))
    expect(mergeChanges(engines.slice(0, 1), engines.slice(1))).toEqual(engines)
  })
})

describe('the host-change log', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'host-changes-'))
    path = join(folder, 'state', 'host-changes.json')
  })
  afterEach(() => rm(folder, { recursive: true }))

  test('is empty before anything was changed', async () => {
    expect(await readHostChanges(path)).toEqual([])
  })

  test('gives back what was recorded, over several writes', async () => {
    const file: HostChange = { kind: 'file', path: '/etc/docker/daemon.json', before: null, after: '{}\n' }
    await recordHostChanges([sysctl('kernel.panic', '0', '10')], path)
    await recordHostChanges([file, sysctl('kernel.panic', '10', '10')], path)
    expect(await readHostChanges(path)).toEqual([sysctl('kernel.panic', '0', '10'), file])
  })

  test('recording nothing new leaves the file alone, and no temporary file behind', async () => {
    await recordHostChanges([sysctl('kernel.panic', '0', '10')], path)
    const written = await readFile(path, 'utf8')
    await recordHostChanges([sysctl('kernel.panic', '0', '10')], path)
    expect(await readFile(path, 'utf8')).toBe(written)
  })

  test.each([
    '',
    '{"version":1',
    '{"version":2,"changes":[]}',
    '{"version":1,"changes":[{"kind":"sysctl","key":"a; rm -rf /","before":"","after":""}]}',
  ])('a log that says %j is refused, not overwritten', async (text) => {
    const broken = join(folder, 'broken.json')
    await writeFile(broken, text)
    await expect(recordHostChanges([sysctl('kernel.panic', '0', '10')], broken)).rejects.toThrow('cannot be read')
    expect(await readFile(broken, 'utf8')).toBe(text)
  })
})
