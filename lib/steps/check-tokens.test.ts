import { generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { keyId } from '../pki/key-id.ts'
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

/** @param tokens which key signed the token, at each poll; @param oldCas whether the pod has the old CA, likewise */
async function check(tokens: readonly string[], oldCas: readonly boolean[]) {
  const polls = { token: 0, ca: 0 }
  const controlPlane = fakeNode('m1', 'control-plane', {
    'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }),
    ...etcdOnDisk,
    'get /api/v1/pods*': apiAnswer({ items: [pod] }),
    'read the signing keys of mounted tokens': () =>
      facts({ tokens: `${headerOf(tokens[polls.token++] ?? '')} /token` }),
    'find pods with another CA': () => facts({ pods: oldCas[polls.ca++] ? 'uid-1' : '' }),
    'resync the volumes of pods on m1': '',
  })
  controlPlane.files.set('/etc/kubernetes/pki/ca.crt', 'the new CA')
  controlPlane.files.set('/etc/kubernetes/pki/sa.pub', publicKey)
  const context = fakeContext([controlPlane], plain)
  await runSteps([checkTokens], await surveyed(context), context)
  const milestones = context.events.filter(({ type }) => type === 'milestone.reached')
  expect(milestones).toEqual([{ type: 'milestone.reached', milestone: 'tokens-reissued', title: 'Tokens reissued' }])
  return { polls, titles: controlPlane.commands.map(({ title }) => title) }
}

const refresh = 'resync the volumes of pods on m1'

it('waits for the last token of the old key', async () => {
  const { polls, titles } = await check(['old-key', keyId(publicKey)], [false])
  expect(polls.token).toBe(2)
  expect(titles).not.toContain(refresh)
})

it('has the volumes resynced of a pod with the new token beside the old CA', async () => {
  const { titles } = await check([keyId(publicKey)], [true, true, false])
  expect(titles.filter((title) => title === refresh)).toHaveLength(1)
})
