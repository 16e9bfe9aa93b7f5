import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { markVariable, runRecovery, scriptMark, type Inventory, type RecoveryEvent } from '../../lib/index.ts'
import { etcdOnDisk } from '../../lib/testing/etcd-bytes.ts'
import { facts, fakeNode } from '../../lib/testing/fake-node.ts'
import { plain } from '../../lib/testing/kubeadm-config.ts'
import type { NodeSpec } from '../cluster/node-spec.ts'
import { hostCommand } from '../host/process/host-command.ts'
import { sshScript, userRecovery } from './user-recovery.ts'

let runDir: string
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'drill-user-recovery-'))
})
afterEach(() => rmSync(runDir, { recursive: true }))

const key = ['-----BEGIN PRIVATE KEY-----', 'MIIEvQIBADANBgkqhkiG', '-----END PRIVATE KEY-----']
const answers = {
  'stop orphaned scripts': '',
  'read node facts': facts({ addresses: '[{"addr_info":[{"local":"10.0.0.1"}]}]', route: '[{"prefsrc":"10.0.0.1"}]' }),
  ...etcdOnDisk,
}
const machines: Inventory = {
  controlPlanes: [
    { ...fakeNode('cp', 'control-plane', answers), address: '10.0.0.1' } as Inventory['controlPlanes'][0],
  ],
  workers: [fakeNode('w', 'worker', answers)],
}
const nodes: readonly NodeSpec[] = [{ kind: 'docker', name: 'cp', role: 'control-plane', address: '10.0.0.1' }]
const kept: Inventory = { ...machines, kubeadmConfig: plain }

async function repair(
  script: string,
  { signal = new AbortController().signal, timeoutMs = 20_000, inventory = kept } = {},
) {
  const command = join(runDir, 'repair.sh')
  writeFileSync(command, `#!/bin/bash\n${script}\n`)
  chmodSync(command, 0o755)
  const events: RecoveryEvent[] = []
  const recovery = userRecovery({ command, runDir, nodes, timeoutMs })
  const ran = runRecovery(recovery, { inventory, signal, emit: (event) => events.push(event) })
  const said = () => events.flatMap((event) => (event.type === 'recovery.said' ? [event.line] : []))
  return { ran, said, events }
}

describe('userRecovery', () => {
  test('the command gets the machines, their configuration and a way to them; what it prints is on the record', async () => {
    const { ran, said, events } = await repair('cat "$DRILL_INVENTORY"; test -x "$DRILL_SSH" && echo done >&2')
    await ran
    const document = JSON.parse(said().slice(0, -1).join('\n')) as Record<string, unknown>
    expect(document).toMatchObject({
      controlPlanes: [{ name: 'cp', address: '10.0.0.1' }],
      workers: [{ name: 'w', address: null }],
      ssh: join(runDir, 'inputs', 'ssh'),
    })
    const config = join(runDir, 'inputs', 'kubeadm-cp.yaml')
    expect(document).toMatchObject({ controlPlanes: [{ kubeadmConfig: config }] })
    expect(readFileSync(config, 'utf8')).toMatch(/ClusterConfiguration[^]*advertiseAddress: 10\.0\.0\.1/)
    expect(events).toContainEqual({ type: 'input.used', node: 'cp', path: "/member/snap/db: etcd's members" })
    expect(said().at(-1)).toBe('done')
    expect(readFileSync(join(runDir, 'commands', 'repair.log'), 'utf8')).toContain('done\n')
  })

  test('it decides itself whether it can do without a configuration, and reads why there is none', async () => {
    const { ran, said } = await repair('grep kubeadmConfig "$DRILL_INVENTORY"', { inventory: machines })
    await ran
    expect(said()).toEqual([
      expect.stringMatching(/^drill found no kubeadm configuration to give: .*etcd on the control planes holds none/),
      '      "kubeadmConfig": null',
    ])
  })

  test('an exit code other than 0 is a failed repair, with the last words', async () => {
    const { ran, events } = await repair('echo no etcd here; exit 3')
    await expect(ran).rejects.toThrow(/repair.sh exited with 3, last it said: no etcd here/)
    expect(events.at(-2)).toMatchObject({ type: 'step.failed', step: 'user-command' })
    expect(events.at(-1)).toMatchObject({ type: 'recovery.ended', result: { outcome: 'failed' } })
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

test('the way to the machines runs words as ssh does, and refuses other names with its exit code', async () => {
  const ssh = join(runDir, 'ssh')
  writeFileSync(ssh, sshScript(nodes), { mode: 0o755 })
  const docker = join(runDir, 'docker')
  writeFileSync(docker, '#!/bin/bash\nprintf "%s|" "$@"; cat; exit 7\n', { mode: 0o755 })
  const env = { PATH: `${runDir}:${process.env['PATH'] ?? ''}` }
  expect(await hostCommand([ssh, 'cp', 'echo', 'a b'], { env, input: 'in' })).toMatchObject({
    stdout: `exec|--privileged|--interactive|--env|${markVariable}=${scriptMark}|cp|bash|-c|echo a b|in`,
    exitCode: 7,
  })
  expect((await hostCommand([ssh, 'other', 'true'], { env })).exitCode).toBe(255)
})
