import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const bin = fileURLToPath(new URL('../../bin/drill.js', import.meta.url))
let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'drill-cli-'))
})
afterEach(() => rmSync(home, { recursive: true }))

/** The command as users call it, on a host whose engine does not answer. */
function drill(...args: string[]) {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    DOCKER_HOST: `unix://${home}/no-engine.sock`,
    NO_COLOR: '1',
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: home,
    env,
    encoding: 'utf8',
    timeout: 20_000,
  })
  expect(stderr, 'no stack').not.toMatch(/^\s+at /m)
  return { status, stdout, stderr }
}

describe('bad input is told in a line or two, with the right exit code, and leaves nothing', () => {
  test.each([
    [64, 'did you mean "lost-pki"', ['run', 'lost-pky']],
    [64, '--masters takes a whole number from 1 to 3, not "0"', ['run', 'lost-pki', '--masters', '0']],
    [64, 'not "two"', ['run', 'lost-pki', '--masters', 'two']],
    [64, 'cannot be read', ['run', 'lost-pki', '--kubeadm-config', 'missing.yaml']],
    [64, 'is no run directory', ['judge', 'nowhere']],
    [64, 'unknown option', ['run', 'lost-pki', '--frobnicate']],
    [64, 'unknown command', ['frobnicate']],
    [3, 'drill setup', ['run', 'noop', '--node-image', 'kindest/node:v0.0.0']],
  ])('%i: …%s…', (code, message, args) => {
    const { status, stderr, stdout } = drill(...args)
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(4)
    expect(stdout).toBe('')
    expect(status).toBe(code)
    expect(readdirSync(home)).toEqual([])
  })

  test('a damaged run.json is named', () => {
    writeFileSync(join(home, 'run.json'), '{"schemaVersion": 1')
    const { status, stderr } = drill('judge', '.')
    expect(stderr).toContain('run.json is no JSON')
    expect(status).toBe(64)
  })

  test('a record of a newer drill is refused', () => {
    writeFileSync(join(home, 'run.json'), '{"schemaVersion": 99}')
    expect(drill('report', '.').stderr).toContain('use a newer drill')
  })
})

test('list and explain need no engine', () => {
  expect(drill('list')).toMatchObject({ status: 0, stdout: expect.stringContaining('lost-pki') as string })
  const { stdout, status } = drill('explain', 'lost-pki')
  expect(status).toBe(0)
  for (const part of ['rm -rf /etc/kubernetes', 'no-downtime', 'tokens-reissued']) expect(stdout).toContain(part)
})
