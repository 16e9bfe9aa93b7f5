import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { giveBack } from '../engine/holds.ts'
import type { ClusterState, Holds } from '../model.ts'
import { parseFields } from '../shell/script-output.ts'
import { facts, fakeNode, type Answer } from '../testing/fake-node.ts'
import { setVerbosity } from './log-verbosity.ts'

const signal = new AbortController().signal

function world(raise: Answer = '', manifestsDir = '/etc/kubernetes/manifests') {
  const node = fakeNode('m1', 'control-plane', {
    'set the log level of the API server: verbose': raise,
    'set the log level of the API server: as configured': '',
  })
  const holds: Holds = new Map()
  const host = { node, address: '10.0.0.1', facts: { manifestsDir } }
  const cluster = { controlPlanes: [host], config: { bindPort: 6443 }, stamp: '20261126T1', learned: { holds } }
  return {
    cluster: cluster as unknown as ClusterState,
    holds,
    titles: () => node.commands.map(({ title }) => title),
    node,
  }
}

it('is given back when the repair ends early, and not twice', async () => {
  const { cluster, holds, titles } = world()
  await setVerbosity(cluster, 'verbose', signal)
  expect(holds.size).toBe(1)
  await giveBack(holds, { emit: () => undefined })
  expect(titles().at(-1)).toBe('set the log level of the API server: as configured')
  expect(holds.size).toBe(0)
})

it('is held also where raising it was aborted half-way, and no more when it is restored', async () => {
  const { cluster, holds } = world(new Error('gone'))
  await expect(setVerbosity(cluster, 'verbose', AbortSignal.timeout(300))).rejects.toThrow()
  expect(holds.size).toBe(1)
  await setVerbosity(cluster, 'as configured', signal)
  expect(holds.size).toBe(0)
})

it('runs out on the machine itself after a repair that was killed', async () => {
  const { cluster, node } = world(facts({ profiling: 'off' }))
  expect(await setVerbosity(cluster, 'verbose', signal)).toEqual(['m1'])
  const script = node.commands[0]?.script ?? ''
  expect(script).toMatch(/setsid --fork bash -c '\nsleep 600\n/)
  expect(script).toContain('env -u DRILL_RECOVERY_SCRIPT')
})

it.each([
  ['sets the level', 'curl() { cat > /dev/null; printf "\\n200"; }', ''],
  ['curl says that it is not served', "curl() { cat > /dev/null; printf '404 page not found\\n404'; }", 'off'],
  [
    'kubectl says so',
    'kubectl() { echo "Error from server (NotFound): the server could not find it" >&2; return 1; }',
    'off',
  ],
])('tells an API server that does not serve it: %s', async (_, client, expected) => {
  const directory = await mkdtemp(join(tmpdir(), 'manifests-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  await writeFile(join(directory, 'kube-apiserver.yaml'), '- --v=3\n')
  const { cluster, node } = world('', directory)
  await setVerbosity(cluster, 'as configured', signal)
  const without = client.startsWith('kubectl') ? 'command() { return 1; }' : ''
  const script = ['set -euo pipefail', 'rm() { :; }', client, without, node.commands[0]?.script ?? ''].join('\n')
  const { stdout } = await promisify(execFile)('bash', ['-c', script])
  expect(parseFields(stdout)('profiling')).toBe(expected)
})
