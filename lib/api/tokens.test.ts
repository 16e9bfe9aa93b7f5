import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { NodeState, ClusterState } from '../model.ts'
import { facts, fakeNode } from '../testing/fake-node.ts'
import { localNode } from '../testing/local-node.ts'
import { addedCa, ca, otherCa } from '../testing/certificates.ts'
import { emptySecretTokens, podsWithOtherCa, secretTokens, staleSecretTokens } from './tokens.ts'

const signal = new AbortController().signal
let dir: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tokens '))
})
afterAll(() => rm(dir, { recursive: true }))

it('tells emptied Secrets from those of an old key', async () => {
  const old = Buffer.from('{"kid":"old-key"}').toString('base64url')
  const ancient = Buffer.from('{"alg":"RS256"}').toString('base64url')
  const node = fakeNode('m1', 'control-plane', {
    'read the signing keys of tokens in Secrets': facts({
      tokens: `${old} false mine/a\n- false mine/b\n${ancient} true mine/ancient\n`,
    }),
    'empty the tokens in Secrets': '',
  })
  const cluster = { first: { node, address: 'fd00::1' }, config: { bindPort: 6443 } } as unknown as ClusterState
  const tokens = await secretTokens(cluster, signal)
  expect(tokens).toEqual([
    { where: 'mine/a', keyId: 'old-key', isEmpty: false, isImmutable: false },
    { where: 'mine/b', keyId: undefined, isEmpty: true, isImmutable: false },
    { where: 'mine/ancient', keyId: undefined, isEmpty: false, isImmutable: true },
  ])
  const valid = (...validKeyIds: string[]) => ({ validKeyIds: new Set(validKeyIds), old: false })
  expect(staleSecretTokens(tokens, valid('new-key'))).toEqual(['mine/a'])
  expect(staleSecretTokens(tokens, valid('new-key', 'old-key'))).toEqual([])
  const afterLoss = { ...valid('new-key'), old: true }
  expect(staleSecretTokens(tokens, afterLoss)).toEqual(['mine/a', 'mine/ancient'])
  await emptySecretTokens(cluster, ['mine/a'], signal)
  expect(node.commands.at(-1)?.script).toContain('for secret in mine/a; do')
  expect(node.commands.at(-1)?.script).toContain("--server 'https://[fd00::1]:6443'")
})

/** Answers as the API server does to a Secret that may be changed, and to one that is frozen. */
const fakeCurl = `curl() { while IFS='"' read -r _ url _; do if [[ $url == *frozen* ]]; then echo "422 $url"; else echo "200 $url"; fi; done >&2; }`
const fakeKubectl = `kubectl() { if [[ $* == *frozen* ]]; then printf 'field is\\n  immutable\\n' >&2; return 1; fi; }`
const noCurl = `command() { [ "$2" != curl ] && builtin command "$@"; }`

it.each([
  [
    'curl',
    [
      fakeCurl,
      `kubectl() { if [[ $* != *frozen* ]]; then echo 'asked twice' >&2; return 1; fi; printf 'field is\\n  immutable\\n' >&2; return 1; }`,
    ],
  ],
  ['kubectl, where there is no curl', [noCurl, fakeKubectl]],
])('empties what can be emptied with %s, and gives the others with the words of the API', async (_, programs) => {
  const node = fakeNode('m1', 'control-plane', { 'empty the tokens in Secrets': '' })
  const cluster = { first: { node, address: '10.0.0.1' }, config: { bindPort: 6443 } } as unknown as ClusterState
  expect(await emptySecretTokens(cluster, [], signal)).toEqual([])
  expect(node.commands).toEqual([])
  await emptySecretTokens(cluster, ['mine/frozen', 'mine/a'], signal)
  const script = ['set -euo pipefail', ...programs, node.commands[0]?.script ?? ''].join('\n')
  const { stdout } = await promisify(execFile)('bash', ['-c', script])
  const answering = fakeNode('m1', 'control-plane', { 'empty the tokens in Secrets': stdout })
  expect(
    await emptySecretTokens({ ...cluster, first: { ...cluster.first, node: answering } }, ['mine/frozen'], signal),
  ).toEqual([{ where: 'mine/frozen', error: 'field is immutable' }])
})

it('empties many in several commands, each of which ends in time', async () => {
  const node = fakeNode('m1', 'control-plane', { 'empty the tokens in Secrets': '' })
  const cluster = { first: { node, address: '10.0.0.1' }, config: { bindPort: 6443 } } as unknown as ClusterState
  const names = Array.from({ length: 250 }, (_, index) => `team-${index}/robot`)
  await emptySecretTokens(cluster, names, signal)
  expect(node.commands.map(({ script }) => script.split('team-').length - 1)).toEqual([200, 200, 100])
})

it('finds the pods that have none of the cluster’s CAs, whatever else they have', async () => {
  const pods = join(dir, 'pods')
  const given = { a: ca, b: `# more\n${addedCa}${ca.replaceAll('\n', '\r\n')}`, c: otherCa, d: '', e: addedCa }
  for (const [uid, text] of Object.entries(given)) {
    const volume = join(pods, uid, 'volumes/kubernetes.io~projected/kube-api-access-x')
    await mkdir(volume, { recursive: true })
    await writeFile(join(volume, 'ca.crt'), text)
  }
  const host = { node: localNode, facts: { kubeletRoot: dir } } as unknown as NodeState
  expect(await podsWithOtherCa(host, ca, signal)).toEqual(['c', 'd', 'e'])
  expect(await podsWithOtherCa(host, `${addedCa}\n${ca}`, signal)).toEqual(['c', 'd'])
})
