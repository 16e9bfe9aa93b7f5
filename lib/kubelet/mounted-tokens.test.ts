import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ClusterState, NodeState } from '../model.ts'
import { parseFields } from '../shell/script-output.ts'
import { apiAnswer, facts, fakeNode } from '../testing/fake-node.ts'
import { localNode } from '../testing/local-node.ts'
import { mountedTokens, tokensIn } from './mounted-tokens.ts'

const signal = new AbortController().signal
const header = Buffer.from('{"alg":"RS256","kid":"new-key"}').toString('base64url')
let dir: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tokens '))
})
afterAll(() => rm(dir, { recursive: true }))

it('reads the key of a token, and nothing else of it', async () => {
  const printed: string[] = []
  const watched = {
    ...localNode,
    readFile: () => Promise.reject(new Error('no')),
    writeFile: () => Promise.reject(new Error('no')),
    exec: async (...call: Parameters<typeof localNode.exec>) => {
      const result = await localNode.exec(...call)
      printed.push(parseFields(result.stdout)('tokens'))
      return result
    },
  }
  const [token, missing] = [join(dir, 'token'), join(dir, 'missing')]
  await writeFile(token, `${header}.payload-of-the-token.signature-of-the-token`)
  await utimes(token, 1000, 1000)
  const found = await tokensIn({ node: watched }, [token, missing], signal)
  expect(found.map(({ file, keyId }) => [file, keyId])).toEqual([
    [token, 'new-key'],
    [missing, undefined],
  ])
  expect(printed.join('')).toContain(`${header} 1000 ${token}`)
  expect(printed.join('')).not.toMatch(/payload|signature/)
})

it('asks nothing where no pod has a token', async () => {
  expect(await tokensIn({ node: fakeNode('w1', 'worker', {}) }, [], signal)).toEqual([])
})

const pod = (name: string, serviceAccountName: string, phase = 'Running') => ({
  metadata: { namespace: 'mine', name, uid: name },
  spec: {
    nodeName: 'm1',
    serviceAccountName,
    volumes: [{ name: 'access', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
  },
  status: { phase },
})
const fileOf = (name: string) => `/data/kubelet/pods/${name}/volumes/kubernetes.io~projected/access/token`

it('tells what kubelet keeps in memory from what an earlier one left, and what nobody can renew', async () => {
  const tokens = [
    `${header} 2000 ${fileOf('kept')}`,
    `${header} 1999 ${fileOf('left')}`,
    `${header} 2001 ${fileOf('orphan')}`,
  ]
  const node = fakeNode('m1', 'control-plane', {
    'get /api/v1/pods /api/v1/serviceaccounts': apiAnswer(
      {
        items: [
          pod('kept', 'default'),
          pod('left', 'default'),
          pod('orphan', 'gone'),
          pod('over', 'default', 'Succeeded'),
        ],
      },
      { items: [{ metadata: { namespace: 'mine', name: 'default' } }] },
    ),
    'read the signing keys of mounted tokens': facts({ 'started-at': '2000', tokens: tokens.join('\n') }),
  })
  const host = { node, address: '10.0.0.1', facts: { kubeletRoot: '/data/kubelet' } } as unknown as NodeState
  const cluster = { first: host, machines: [host], config: { bindPort: 6443 } } as unknown as ClusterState
  const found = await mountedTokens(cluster, signal)
  expect(found.map(({ pod: { name }, keyId, isKept, isRenewable }) => [name, keyId, isKept, isRenewable])).toEqual([
    ['kept', 'new-key', true, true],
    ['left', 'new-key', false, true],
    ['orphan', 'new-key', true, false],
  ])
})
