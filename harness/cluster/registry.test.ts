import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { damageText, entries, forget, markKept, readRegistry, register } from './registry.ts'

let state: string
let clusters: string
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'drill-registry-'))
  clusters = join(state, 'drill', 'clusters')
  vi.stubEnv('XDG_STATE_HOME', state)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(state, { recursive: true })
})

const pathTo = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** Calls a function of the registry in a process that is killed while it writes. */
async function killedWhile(call: string, crashOn: 'write' | 'rename'): Promise<void> {
  const program = `await (await import(${JSON.stringify(pathTo('registry.ts'))})).${call}`
  const preload = pathTo('../host/state/testing/crash-on-write.ts')
  const argv = ['--import', preload, '--input-type=module', '--eval', program]
  const env = { XDG_STATE_HOME: state, CRASH_ON: crashOn }
  const { signal } = await execa(process.execPath, argv, { env, reject: false })
  expect(signal).toBe('SIGKILL')
}

test('a cluster is registered, kept and forgotten', async () => {
  await register('drill-1a2b', '/runs/one')
  expect(await entries()).toMatchObject([
    { cluster: 'drill-1a2b', runDir: '/runs/one', kept: false, alive: true, pid: process.pid },
  ])
  await markKept('drill-1a2b')
  expect(await entries()).toMatchObject([{ kept: true, alive: true }])
  await forget('drill-1a2b')
  expect(await readRegistry()).toEqual({ entries: [], damaged: [] })
  expect(await readdir(clusters)).toEqual([])
})

test.each(['write', 'rename'] as const)(
  'a kill in the %s of a rewrite leaves the entry as it was',
  { timeout: 20_000 },
  async (crashOn) => {
    await register('drill-1a2b', '/runs/one')
    const before = await readFile(join(clusters, 'drill-1a2b.json'), 'utf8')
    await killedWhile("markKept('drill-1a2b')", crashOn)
    expect(await readFile(join(clusters, 'drill-1a2b.json'), 'utf8')).toBe(before)
    expect(await readRegistry()).toMatchObject({ entries: [{ cluster: 'drill-1a2b', kept: false }], damaged: [] })
  },
)

test('a kill in the first write registers nothing, for nothing was made yet', { timeout: 20_000 }, async () => {
  await killedWhile("register('drill-1a2b', '/runs/one')", 'write')
  expect(await readRegistry()).toEqual({ entries: [], damaged: [] })
})

test.each(['', '{"cluster":"drill-9z9z","pid":', '{}'])(
  'a damaged entry (%j) is reported by name, and hides no other',
  async (text) => {
    await register('drill-1a2b', '/runs/one')
    await writeFile(join(clusters, 'drill-9z9z.json'), text)
    const { entries: whole, damaged } = await readRegistry()
    expect(whole).toMatchObject([{ cluster: 'drill-1a2b' }])
    expect(damaged.map(damageText)).toEqual([expect.stringContaining('drill-9z9z.json cannot be read')])
    expect(damageText(damaged[0] as never)).toContain('npx --no-install drill gc --cluster drill-9z9z')
    await expect(entries()).rejects.toThrow('drill-9z9z.json cannot be read')
    await forget('drill-9z9z')
    expect((await readRegistry()).damaged).toEqual([])
  },
)
