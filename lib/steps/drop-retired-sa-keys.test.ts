import { expect, it } from 'vitest'
import { runSteps } from '../engine/step.ts'
import { finishRecovery, runRecovery } from '../recovery.ts'
import { droppedIn, tokenKeysIn, withRetired } from '../pki/token-keys.ts'
import { apiAnswer, facts } from '../testing/fake-node.ts'
import { liveCluster } from '../testing/live-cluster.ts'
import { makeSaKey } from '../testing/sa-keys.ts'
import { dropRetiredSaKeys } from './drop-retired-sa-keys.ts'
import { restartApiServers } from './restart-api-servers.ts'

const [current, old] = [makeSaKey(), makeSaKey()]
const headerOf = (kid: string) => Buffer.from(JSON.stringify({ kid })).toString('base64url')
const file = '/var/lib/kubelet/pods/uid/volumes/kubernetes.io~projected/access/token'
const pod = {
  metadata: { namespace: 'mine', name: 'client', uid: 'uid' },
  spec: {
    nodeName: 'm1',
    volumes: [{ name: 'access', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
  },
  status: { phase: 'Running' },
}

/** @param mounted which key signed the token of the pod; @param secret that of the Secret */
async function finishing(mounted: string, secret: string) {
  const live = await liveCluster(['m1', 'm2'], [current, old], [], {
    'get /api/v1/pods /api/v1/serviceaccounts': apiAnswer(
      { items: [pod] },
      { items: [{ metadata: { namespace: 'mine', name: 'default' } }] },
    ),
    'read the signing keys of mounted tokens': facts({ 'started-at': '1', tokens: `${headerOf(mounted)} 2 ${file}` }),
    'read the signing keys of tokens in Secrets': facts({ tokens: `${headerOf(secret)} false mine/legacy` }),
  })
  for (const plane of live.planes) {
    Object.assign(plane, { publicText: withRetired(current.pem, [old]), loaded: [current, old] })
  }
  const steps = [dropRetiredSaKeys, restartApiServers({ compromised: 'nothing' })]
  return {
    live,
    run: () => runSteps(steps, live.cluster, live.context),
    finish: () => runRecovery(finishRecovery(), live.context),
  }
}

it.each([
  ['a pod mounts', old.keyId, current.keyId, 'mine/client on m1'],
  ['a Secret has', current.keyId, old.keyId, 'Secret mine/legacy'],
])('is refused while %s a token of the lost key, which is named', async (_, mounted, secret, words) => {
  const { live, run, finish } = await finishing(mounted, secret)
  await expect(finish()).rejects.toThrow(words)
  // Nothing was changed, and the result says so.
  expect(live.context.events.at(-1)).toMatchObject({
    result: { outcome: 'refused', failure: { reason: 'old-tokens-in-use' } },
  })
  await expect(run()).rejects.toMatchObject({ cause: { name: 'PreconditionError', reason: 'old-tokens-in-use' } })
  await expect(run()).rejects.toThrow(words)
  expect(live.done.filter((what) => !what.endsWith('stop orphaned scripts'))).toEqual([])
})

it('takes the lost key out of every sa.pub and of every API server, one by one, and keeps its name', async () => {
  const { live, run } = await finishing(current.keyId, current.keyId)
  await run()
  for (const { publicText = '', loaded } of live.planes) {
    expect(tokenKeysIn(publicText).map(({ keyId }) => keyId)).toEqual([current.keyId])
    expect(droppedIn(publicText)).toEqual([old.keyId])
    expect(loaded.map(({ keyId }) => keyId)).toEqual([current.keyId])
  }
  expect(live.done.filter((what) => what.includes('restart'))).toEqual([
    'm1: restart kube-apiserver',
    'm2: restart kube-apiserver',
  ])
  const before = live.done.length
  await run()
  expect(live.done.slice(before)).toEqual([])
})

it('goes on where it was killed between the file and the API server', async () => {
  const { live, run } = await finishing(current.keyId, current.keyId)
  await run()
  Object.assign(live.planes[1] ?? {}, { loaded: [current, old] })
  const before = live.done.length
  await run()
  expect(live.done.slice(before)).toContain('m2: restart kube-apiserver')
  expect(live.done.slice(before)).not.toContain('m1: restart kube-apiserver')
})
