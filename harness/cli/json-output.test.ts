import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageFile } from '../host/package/package-files.ts'
import { writeFakeRun } from '../testing/write-fake-run.ts'
import { drillProgram } from './main.ts'

let home: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'drill-json-'))
  mkdirSync(join(home, 'stored'))
  await writeFakeRun(join(home, 'stored'))
  mkdirSync(join(home, 'runs/latest'), { recursive: true })
  await writeFakeRun(join(home, 'runs/latest'))
})
afterAll(() => rmSync(home, { recursive: true }))

/** The command as users call it, on a host whose engine does not answer. */
async function drill(...args: readonly string[]) {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_STATE_HOME: home,
    DOCKER_HOST: `unix://${home}/none.sock`,
  }
  const options = { cwd: home, env, extendEnv: false, reject: false, timeout: 60_000 } as const
  return execa(process.execPath, [packageFile('bin/drill.js'), ...args], options)
}

test('every command but completion takes --json', () => {
  const without = drillProgram().commands.filter(({ options }) => !options.some(({ long }) => long === '--json'))
  expect(without.map((command) => command.name())).toEqual(['completion', '__complete'])
})

const few = { timeout: 70_000 }

test.each([
  [['list'], [{ id: 'lost-pki' }]],
  [['explain', 'lost-pki'], { id: 'lost-pki', steps: [{}], checks: [{}], budgets: {} }],
  [['doctor'], { ok: false, needs: [{}] }],
  [['judge', 'stored'], { findings: [{}] }],
  [['report', 'stored'], { files: ['stored/report/index.html'] }],
  [['diff', 'stored', 'latest'], { before: {}, after: {}, figures: [{}], findings: [{}], worse: [] }],
  [['history'], { file: 'runs/history.html', series: [{ nights: [{}], trends: [{}] }], unreadable: [] }],
  [['merge', 'stored', '--out', 'merged'], { verdict: 'unknown', exitCode: 2, rows: [{ state: 'run' }] }],
  [['gc', '--dry-run'], { dryRun: true, deleted: [], damaged: [], host: [] }],
])('drill %j --json prints one document', few, async (args, part) => {
  const { stdout } = await drill(...args, '--json')
  const found: unknown = JSON.parse(stdout)
  // Of a list the shape of its first element.
  const first = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.slice(0, 1).map(first)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, first(inner)]))
  }
  expect(first(found)).toMatchObject(part)
})

test('an error leaves standard output empty, whatever the command', few, async () => {
  for (const args of [
    ['explain', 'nothing'],
    ['judge', 'nowhere'],
    ['report', 'nowhere'],
    ['diff', 'stored', 'nowhere'],
    ['history', 'nowhere'],
    ['merge', 'nowhere'],
    ['recover', 'latest'],
    ['run', 'nothing'],
  ]) {
    const { stdout, stderr, exitCode } = await drill(...args, '--json')
    expect([args[0], stdout, exitCode]).toEqual([args[0], '', 64])
    expect(stderr).not.toBe('')
  }
})

test('a verdict of fail has its exit code and its document', few, async () => {
  cpSync(join(home, 'stored'), join(home, 'copy'), { recursive: true })
  const { stdout, exitCode } = await drill('judge', 'copy', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ exitCode })
})

test(
  'a damaged entry of the registry is told on standard error, in the document and by the exit code',
  few,
  async () => {
    mkdirSync(join(home, 'drill/clusters'), { recursive: true })
    writeFileSync(join(home, 'drill/clusters/drill-1a2b.json'), '{"cluster":')
    const { stdout, stderr, exitCode } = await drill('gc', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ deleted: [], damaged: [{ cluster: 'drill-1a2b' }] })
    expect(stderr).toContain('npx --no-install drill gc --cluster drill-1a2b')
    expect(exitCode).toBe(3)
  },
)
