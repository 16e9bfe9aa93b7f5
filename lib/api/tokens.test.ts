import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { NodeState, ClusterState } from '../model.ts'
import { facts, fakeNode } from '../testing/fake-node.ts'
import { parseFields } from '../shell/script-output.ts'
import { localNode } from '../testing/local-node.ts'
import { addedCa, ca, otherCa } from '../testing/certificates.ts'
import { emptySecretTokens, mountedTokens, podsWithOtherCa, secretTokens } from './tokens.ts'

const signal = new AbortController().signal
const header = Buffer.from('{"alg":"RS256","kid":"new-key"}').toString('base64url')
let dir: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tokens '))
})
afterAll(() => rm(dir, { recursive: true }))

it('reads the key of a token, and nothing else of it', async () => {
  const node = {
    ...localNode,
    readFile: () => Promise.reject(new Error('no')),
    writeFile: () => Promise.reject(new Error('no')),
  }
  const printed: string[] = []
  const watched = {
    ...node,
    exec: async (...call: Parameters<typeof node.exec>) => {
      const result = await node.exec(...call)
      printed.push(parseFields(result.stdout)('tokens'))
      return result
    },
  }
  const token = join(dir, 'token')
  await writeFile(token, `${header}.payload-of-the-token.signature-of-the-token`)
  const host = { node: watched, address: '127.0.0.1' } as unknown as NodeState
  const missing = join(dir, 'missing')
  expect(await mountedTokens(host, [token, missing], signal)).toEqual([
    { where: token, keyId: 'new-key' },
    { where: missing, keyId: undefined },
  ])
  expect(printed.join('')).toContain(header)
  expect(printed.join('')).not.toMatch(/payload|signature/)
})

it('asks nothing where no pod has a token', async () => {
  expect(await mountedTokens({ node: fakeNode('w1', 'worker', {}) } as unknown as NodeState, [], signal)).toEqual([])
})

it('tells emptied Secrets from those of an old key', async () => {
  const old = Buffer.from('{"kid":"old-key"}').toString('base64url')
  const node = fakeNode('m1', 'control-plane', {
    'read the signing keys of tokens in Secrets': facts({ tokens: `${old} mine/a\n- mine/b\n` }),
    'empty the tokens in Secrets': '',
  })
  const cluster = { first: { node, address: 'fd00::1' }, config: { bindPort: 6443 } } as unknown as ClusterState
  expect(await secretTokens(cluster, signal)).toEqual([
    { where: 'mine/a', keyId: 'old-key' },
    { where: 'mine/b', keyId: undefined },
  ])
  await emptySecretTokens(cluster, ['mine/a'], signal)
  expect(node.commands[1]?.script).toContain('for secret in mine/a; do')
  expect(node.commands[1]?.script).toContain("--server 'https://[fd00::1]:6443'")
})

it('finds the pods that have none of the cluster’s CAs, whatever else they have', async () => {
  const pods = join(dir, 'pods')
  const given = { a: ca, b: `# more\n${addedCa}${ca.replaceAll('\n', '\r\n')}`, c: otherCa, d: '', e: addedCa }
  for (const [uid, text] of Object.entries(given)) {
    const volume = join(pods, uid, 'volumes/kubernetes.io~projected/kube-api-access-x')
    await mkdir(volume, { recursive: true })
    await writeFile(join(volume, 'ca.crt'), text)
  }
  // The script looks below kubelet's directory, and cuts a uid out of its sixth part.
  const asHere = (script: string) =>
    script.replaceAll('/var/lib/kubelet/pods', `'${pods}'`).replace('cut -d / -f 6', `sed 's#.*/pods/##; s#/.*##'`)
  const exec: typeof localNode.exec = ([program = '', flag = '', script = '', ...rest], options) =>
    localNode.exec([program, flag, asHere(script), ...rest], options)
  const host = { node: { ...localNode, exec } } as unknown as NodeState
  expect(await podsWithOtherCa(host, ca, signal)).toEqual(['c', 'd', 'e'])
  expect(await podsWithOtherCa(host, `${addedCa}\n${ca}`, signal)).toEqual(['c', 'd'])
})
