import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Machine } from '../model/cluster.ts'
import type { Journal } from '../model/journal.ts'
import { leaksIn } from './check-secrets.ts'
import { leavingSecrets } from './leaving-secrets.ts'
import { plantedSecrets } from '../model/planted-secrets.ts'
import { recordedNode } from './recorded-node.ts'

let runDir: string
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'drill-leaks-'))
  mkdirSync(join(runDir, 'nodes', 'm1'), { recursive: true })
})
afterEach(() => rmSync(runDir, { recursive: true }))

const key = ['-----BEGIN EC', `PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----`].join(' ')

test('a leak is found in a log and inside the data of a report, and named by its file', () => {
  writeFileSync(join(runDir, 'nodes', 'm1', 'kubelet.log'), `x ${key} y`)
  writeFileSync(
    join(runDir, 'index.html'),
    `<script>${gzipSync(`${'padding '.repeat(40)}${key}`).toString('base64')}</script>`,
  )
  expect(
    leaksIn(runDir)
      .map((leak) => leak.slice(runDir.length + 1))
      .sort(),
  ).toEqual(['index.html: private key', 'nodes/m1/kubelet.log: private key'])
})

test('a secret that left its machine is found, although the record withholds it', async () => {
  const machine = {
    name: 'm1',
    exec: async (argv: readonly string[]) => ({ argv, exitCode: 0, stdout: key, stderr: '', durationMs: 1 }),
    readFile: async () => Buffer.from(key),
  } as unknown as Machine
  const journal = { nowMs: () => 0, append: () => undefined } as unknown as Journal
  const file = join(runDir, 'commands', 'm1.jsonl')
  const repair = recordedNode(machine, file, journal, leavingSecrets)
  await repair.exec(['bash', '-c', '# read everything\ncat *'])
  await repair.readFile('/etc/kubernetes/pki/ca.key')
  await recordedNode(machine, file, journal).exec(['cat', '/etc/observed'])
  expect(leaksIn(runDir).map((leak) => leak.slice(runDir.length + 1))).toEqual([
    'commands/m1.jsonl: private key left the machine in the output of "read everything"',
    'commands/m1.jsonl: private key left the machine in the output of "read-file /etc/kubernetes/pki/ca.key"',
  ])
})

test('a planted secret is found in whatever was written', () => {
  writeFileSync(join(runDir, 'nodes', 'm1', 'pods.json'), JSON.stringify({ value: plantedSecrets.environment }))
  expect(leaksIn(runDir)).toEqual([`${join(runDir, 'nodes/m1/pods.json')}: planted secret (environment)`])
})

test('a clean directory has none', () => {
  writeFileSync(join(runDir, 'run.json'), '{"verdict":"pass"}')
  expect(leaksIn(runDir)).toEqual([])
})
