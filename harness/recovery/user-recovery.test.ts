import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { markVariable, runSteps, scriptMark, type Inventory, type RecoveryEvent } from '../../lib/index.ts'
import { fakeNode } from '../../lib/testing/fake-node.ts'
import { hostCommand } from '../host-command.ts'
import { redactedLines } from './redacted-lines.ts'
import { sshScript, userRecovery } from './user-recovery.ts'

let runDir: string
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'drill-user-recovery-'))
})
afterEach(() => rmSync(runDir, { recursive: true }))

const key = ['-----BEGIN PRIVATE KEY-----', 'MIIEvQIBADANBgkqhkiG', '-----END PRIVATE KEY-----']
const nothingLeft = { 'look for what an earlier repair left at work, and end it': '' }
const inventory: Inventory = {
  controlPlanes: [
    { ...fakeNode('cp', 'control-plane', nothingLeft), address: '10.0.0.1' } as Inventory['controlPlanes'][0],
  ],
  workers: [fakeNode('w', 'worker', nothingLeft)],
  kubeadmConfig: 'kind: ClusterConfiguration\n',
}

async function repair(script: string, { signal = new AbortController().signal, timeoutMs = 20_000 } = {}) {
  const command = join(runDir, 'repair.sh')
  writeFileSync(command, `#!/bin/bash\n${script}\n`)
  chmodSync(command, 0o755)
  const events: RecoveryEvent[] = []
  const recovery = userRecovery({ command, runDir, timeoutMs })
  const ran = runSteps(await recovery.plan(inventory), { inventory, signal, emit: (event) => events.push(event) })
  const said = () => events.flatMap((event) => (event.type === 'recovery.said' ? [event.line] : []))
  return { ran, said, events }
}

describe('userRecovery', () => {
  test('the command gets the machines, the configuration and a way to them; what it prints is on the record', async () => {
    const { ran, said } = await repair('cat "$DRILL_INVENTORY"; test -x "$DRILL_SSH" && echo done >&2')
    await ran
    const document = JSON.parse(said().slice(0, -1).join('\n')) as Record<string, unknown>
    expect(document).toMatchObject({
      controlPlanes: [{ name: 'cp', address: '10.0.0.1' }],
      workers: [{ name: 'w', address: null }],
      ssh: join(runDir, 'inputs', 'ssh'),
    })
    expect(readFileSync(String(document['kubeadmConfig']), 'utf8')).toBe(inventory.kubeadmConfig)
    expect(said().at(-1)).toBe('done')
    expect(readFileSync(join(runDir, 'commands', 'repair.log'), 'utf8')).toContain('done\n')
  })

  test('an exit code other than 0 is a failed repair, with the last words', async () => {
    const { ran, events } = await repair('echo no etcd here; exit 3')
    await expect(ran).rejects.toThrow(/repair.sh exited with 3, last it said: no etcd here/)
    expect(events.at(-1)).toMatchObject({ type: 'step.failed', step: 'user-command' })
  })

  test('what it started ends with it at the abort, and at the time-out', async () => {
    const left = join(runDir, 'left')
    const script = `(sleep 2; touch ${left}) & echo begun; wait`
    const controller = new AbortController()
    const { ran } = await repair(script, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('enough')), 300)
    await expect(ran).rejects.toThrow('enough')
    await expect((await repair(script, { timeoutMs: 300 })).ran).rejects.toThrow('did not end')
    await new Promise((resolve) => setTimeout(resolve, 2500))
    expect(existsSync(left)).toBe(false)
  })

  test('a private key that it prints is withheld, all its lines', async () => {
    const { ran, said } = await repair(`printf '%s\\n' ${key.map((line) => `'${line}'`).join(' ')} after`)
    await ran
    expect(said().at(-1)).toBe('after')
    expect(JSON.stringify(said())).not.toContain('MIIE')
    expect(readFileSync(join(runDir, 'commands', 'repair.log'), 'utf8')).not.toContain('MIIE')
  })
})

test('lines after a key are seen again', () => {
  const clean = redactedLines()
  expect(['before', ...key, 'after'].map(clean)).toEqual(['before', '[withheld]', undefined, undefined, 'after'])
})

test('the way to the machines runs words as ssh does, and refuses strangers with its exit code', async () => {
  const ssh = join(runDir, 'ssh')
  writeFileSync(ssh, sshScript(['cp']), { mode: 0o755 })
  const docker = join(runDir, 'docker')
  writeFileSync(docker, '#!/bin/bash\nprintf "%s|" "$@"; cat; exit 7\n', { mode: 0o755 })
  const env = { PATH: `${runDir}:${process.env['PATH'] ?? ''}` }
  expect(await hostCommand([ssh, 'cp', 'echo', 'a b'], { env, input: 'in' })).toMatchObject({
    stdout: `exec|--privileged|-i|--env|${markVariable}=${scriptMark}|cp|bash|-c|echo a b|in`,
    exitCode: 7,
  })
  expect((await hostCommand([ssh, 'other', 'true'], { env })).exitCode).toBe(255)
})
