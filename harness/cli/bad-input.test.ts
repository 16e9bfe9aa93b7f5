import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const bin = fileURLToPath(new URL('../../bin/drill.js', import.meta.url))
let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'drill-cli-'))
})
afterAll(() => rmSync(root, { recursive: true }))

/** The command as users call it, in an empty directory that is also its home, on a host whose engine does not answer. */
async function drill(args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const home = mkdtempSync(join(root, 'home-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(home, name), content)
  const engine = `unix://${home}/no-engine.sock`
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, XDG_CONFIG_HOME: root, DOCKER_HOST: engine, NO_COLOR: '1' }
  const options = { cwd: home, env, extendEnv: false, reject: false, timeout: 25_000 } as const
  const { exitCode, stdout, stderr } = await execa(process.execPath, [bin, ...args], options)
  expect(stderr, 'no stack').not.toMatch(/^\s+at /m)
  return { exitCode, stdout, stderr, left: readdirSync(home).filter((name) => !(name in files)) }
}

describe.concurrent(
  'bad input gives one or two lines, the right exit code, and leaves no files',
  { timeout: 30_000 },
  () => {
    test.each([
      [64, 'did you mean "lost-pki"', ['run', 'lost-pky']],
      [64, '--masters must be an integer from 1 to 3, not "0"', ['run', 'lost-pki', '--masters', '0']],
      [64, 'not "two"', ['run', 'lost-pki', '--masters', 'two']],
      [64, 'cannot read', ['run', 'lost-pki', '--kubeadm-config', 'missing.yaml']],
      [64, 'no recovery is called "libary"', ['run', 'lost-pki', '--recovery', 'libary']],
      [64, 'is no file', ['run', 'lost-pki', '--recovery', './missing.sh']],
      [64, 'no step is called "start-etc"', ['run', 'lost-pki', '--interrupt-after', 'start-etc']],
      [
        64,
        'a drill kills its repair once',
        ['run', 'lost-pki', '--interrupt-after', 'verify-cluster', '--interrupt-in', 'verify-cluster'],
      ],
      [64, 'noop has no repair', ['run', 'noop', '--plan-only']],
      [64, 'missing run or cluster', ['recover']],
      [64, 'no kept cluster drill-nowhere', ['recover', '--cluster', 'drill-nowhere', '--plan']],
      [64, 'no recovery is called "libary"', ['recover', 'latest', '--recovery', 'libary']],
      [64, 'is no run directory', ['judge', 'nowhere']],
      [64, 'is no run directory', ['diff', 'nowhere', 'latest']],
      [64, "missing required argument 'after'", ['diff', 'latest']],
      [64, 'runs is no folder', ['history']],
      [64, '. holds no run', ['history', '.']],
      [64, 'unknown option', ['run', 'lost-pki', '--frobnicate']],
      [64, 'unknown command', ['frobnicate']],
      [3, 'drill setup', ['run', 'noop', '--node-image', 'kindest/node:v0.0.0']],
    ])('%i: …%s…', async (code, message, args) => {
      const { exitCode, stderr, stdout, left } = await drill(args)
      expect(stderr).toContain(message)
      expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(4)
      expect(stdout).toBe('')
      expect(exitCode).toBe(code)
      expect(left).toEqual([])
    })

    test('a damaged run.json is named', async () => {
      const { exitCode, stderr } = await drill(['judge', '.'], { 'run.json': '{"schemaVersion": 1' })
      expect(stderr).toContain('run.json is no JSON')
      expect(exitCode).toBe(64)
    })

    test('a record of a newer drill is refused', async () => {
      expect((await drill(['report', '.'], { 'run.json': '{"schemaVersion": 99}' })).stderr).toContain(
        'use a newer drill',
      )
    })

    test('a newer record among runs is told, and lets no merge pass', async () => {
      const { exitCode, stdout, left } = await drill(['merge', '.', '--matrix', 'm.json'], {
        'm.json': '[{"drills": [{"run": "noop"}]}]',
        'run.json': '{"schemaVersion": 99}',
      })
      expect(stdout).toContain('use a newer drill')
      expect([exitCode, left]).toEqual([2, ['merged']])
    })

    test('list and explain need no engine', async () => {
      expect(await drill(['list'])).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('lost-pki') as string,
      })
      const { stdout, exitCode } = await drill(['explain', 'lost-pki'])
      expect(exitCode).toBe(0)
      for (const part of ['rm -rf /etc/kubernetes', 'no-downtime', 'tokens-reissued']) expect(stdout).toContain(part)
    })
  },
)

test('a reader that goes away, as head does, ends nothing', { timeout: 30_000 }, async () => {
  const running = execa(process.execPath, [bin, 'run', '--help'], { buffer: { stdout: false }, reject: false })
  running.stdout.destroy()
  const { exitCode, stderr } = await running
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
})
