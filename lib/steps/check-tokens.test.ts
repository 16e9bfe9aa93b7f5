import { generateKeyPairSync } from 'node:crypto'
import { expect, it, onTestFinished, vi } from 'vitest'
import { keyId } from '../pki/key-id.ts'
import { withRetired } from '../pki/token-keys.ts'
import { makeSaKey } from '../testing/sa-keys.ts'
import { runSteps } from '../engine/step.ts'
import { etcdOnDisk } from '../testing/etcd-bytes.ts'
import { apiAnswer, facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { surveyed } from '../testing/surveyed.ts'
import { checkTokens } from './check-tokens.ts'

const { publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const headerOf = (kid: string) => Buffer.from(JSON.stringify({ kid })).toString('base64url')
const pod = {
  metadata: { namespace: 'mine', name: 'client', uid: 'uid-1' },
  spec: {
    nodeName: 'm1',
    volumes: [{ name: 'access', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
  },
  status: { phase: 'Running' },
}

const file = '/var/lib/kubelet/pods/uid-1/volumes/kubernetes.io~projected/access/token'
const account = { metadata: { namespace: 'mine', name: 'default' } }
const other = makeSaKey()

interface Situation {
  readonly accounts?: readonly object[]
  /** The first is the one whose token and CA are asked for; others have the new ones. */
  readonly pods?: readonly { readonly metadata: { readonly uid: string } }[]
  readonly publicKeys?: string
  readonly lazy?: boolean
}

/** @param tokens which key signed the token, at each poll; @param oldCas whether the pod has the old CA, likewise */
async function check(tokens: readonly string[], oldCas: readonly boolean[], situation: Situation = {}) {
  const { accounts = [account], pods = [pod], publicKeys = publicKey, lazy = false } = situation
  const polls = { token: 0, ca: 0 }
  const controlPlane = fakeNode('m1', 'control-plane', {
    'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }),
    ...etcdOnDisk,
    'read the service-account keys': facts({ there: 'yes', public: publicKeys }),
    'get /api/v1/pods /api/v1/serviceaccounts': apiAnswer({ items: pods }, { items: accounts }),
    'get /api/v1/pods*': apiAnswer({ items: pods }),
    'read the signing keys of mounted tokens': () =>
      facts({
        tokens: pods
          .map(({ metadata: { uid } }, at) => {
            const key = at === 0 ? (tokens[polls.token++] ?? '') : keyId(publicKey)
            return `${headerOf(key)} 0 ${file.replace('uid-1', uid)}`
          })
          .join('\n'),
      }),
    'find pods with another CA': () => facts({ pods: oldCas[polls.ca++] ? 'uid-1' : '' }),
    'resync the volumes of pods on m1': '',
  })
  controlPlane.files.set('/etc/kubernetes/pki/ca.crt', 'the new CA')
  const context = fakeContext([controlPlane], plain)
  const cluster = await surveyed(context)
  await runSteps([checkTokens(lazy ? 'lazy' : 'reissue')], cluster, context)
  return {
    polls,
    withoutAccount: [...cluster.learned.withoutAccount],
    titles: controlPlane.commands.map(({ title }) => title),
    events: context.events.filter(({ type }) => !type.startsWith('step.')),
  }
}

const reissued = { type: 'milestone.reached', milestone: 'tokens-reissued', title: 'Tokens reissued' }
const refresh = 'resync the volumes of pods on m1'

it('waits for the last token of the old key', async () => {
  const { polls, titles, events } = await check(['old-key', keyId(publicKey)], [false])
  expect(events).toEqual([reissued])
  expect(polls.token).toBe(2)
  expect(titles).not.toContain(refresh)
})

it('has the volumes resynced of a pod with the new token beside the old CA', async () => {
  const { titles } = await check([keyId(publicKey)], [true, true, false])
  expect(titles.filter((title) => title === refresh)).toHaveLength(1)
})

it('waits for no token whose ServiceAccount is gone, and names its pod', async () => {
  // kubelet does not write the CA of such a pod either: it has the old one for ever.
  const { events, titles } = await check(
    ['old-key'],
    Array.from({ length: 99 }, () => true),
    { accounts: [] },
  )
  const reason = 'its ServiceAccount default is gone, so its token cannot be reissued'
  expect(events).toEqual([{ type: 'token.left', node: 'm1', pod: 'mine/client', reason }, reissued])
  expect(titles).not.toContain(refresh)
})

it('remembers a pod whose ServiceAccount is gone, also where its token is of the valid key: no restart helps it', async () => {
  const { events, withoutAccount } = await check([keyId(publicKey)], [false], { accounts: [] })
  expect(events).toEqual([reissued])
  expect(withoutAccount).toEqual(['uid-1'])
})

const passTime = () => {
  let now = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 20_000))
  onTestFinished(() => clock.mockRestore())
}

it('names a pod whose token is not renewed in time, or that does not get the CA, and goes on', async () => {
  passTime()
  const healthy = { ...pod, metadata: { namespace: 'mine', name: 'healthy', uid: 'uid-2' } }
  const always = Array.from({ length: 99 }, () => true)
  const tokens = Array.from({ length: 99 }, () => 'old-key')
  const token = await check(tokens, always, { pods: [pod, healthy] })
  expect(token.events).toEqual([
    { type: 'token.left', node: 'm1', pod: 'mine/client', reason: 'kubelet did not write its new token within 120 s' },
  ])
  // It is not waited for its CA too.
  expect(token.titles).not.toContain(refresh)
  const valid = Array.from({ length: 99 }, () => keyId(publicKey))
  const ca = await check(valid, always, { pods: [pod, healthy] })
  expect(ca.events).toMatchObject([{ type: 'pod.left', node: 'm1', pod: 'mine/client' }, reissued])
})

it('fails where no pod gets a new token, or none the CA', async () => {
  passTime()
  const always = Array.from({ length: 99 }, () => true)
  await expect(check([], [])).rejects.toThrow('every mounted token is signed with the new key')
  const valid = Array.from({ length: 99 }, () => keyId(publicKey))
  await expect(check(valid, always)).rejects.toThrow('the pods on m1 have the new CA')
})

it('is content with a second key that an operator added', async () => {
  const { events } = await check([other.keyId], [false], { publicKeys: publicKey + other.pem })
  expect(events).toEqual([reissued])
})

it('lets tokens of a lost key that is still accepted be, where they need not be reissued at once', async () => {
  const publicKeys = withRetired(publicKey, [other])
  const { events } = await check([other.keyId], [false], { publicKeys, lazy: true })
  expect(events).toEqual([])
  const { polls } = await check([other.keyId, keyId(publicKey)], [false], { publicKeys })
  expect(polls.token).toBe(2)
})
