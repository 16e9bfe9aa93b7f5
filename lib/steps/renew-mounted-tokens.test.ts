import { expect, it } from 'vitest'
import { runSteps } from '../engine/step.ts'
import { withRetired } from '../pki/token-keys.ts'
import { apiAnswer, facts, type FakeCommand } from '../testing/fake-node.ts'
import { liveCluster } from '../testing/live-cluster.ts'
import { makeSaKey } from '../testing/sa-keys.ts'
import { renewMountedTokens } from './renew-mounted-tokens.ts'

const [current, old] = [makeSaKey(), makeSaKey()]
const headerOf = (kid: string) => Buffer.from(JSON.stringify({ kid })).toString('base64url')
const machines = ['m1', 'm2', 'w1', 'w2']
const fileOf = (node: string) => `/var/lib/kubelet/pods/pod-${node}/volumes/kubernetes.io~projected/access/token`
const pods = machines.map((nodeName) => ({
  metadata: { namespace: 'mine', name: `pod-${nodeName}`, uid: `pod-${nodeName}` },
  spec: {
    nodeName,
    volumes: [{ name: 'access', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
  },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
}))
const account = { metadata: { namespace: 'mine', name: 'default' } }

/** @param holding the machines whose kubelet wrote a token of the old key; @param left those where an earlier kubelet did */
async function renew(holding: readonly string[], left: readonly string[], lazy = false) {
  const startedAt = new Map(machines.map((name) => [name, 1000]))
  const beat = (seconds: number) => new Date(seconds * 1000).toISOString()
  const nodeOf = ({ script }: FakeCommand) => machines.find((name) => script.includes(fileOf(name))) ?? ''
  const restarted: string[] = []
  const live = await liveCluster(['m1', 'm2'], [current, old], ['w1', 'w2'], {
    'get /api/v1/pods /api/v1/serviceaccounts': () => apiAnswer({ items: pods }, { items: [account] }),
    'get /api/v1/pods?fieldSelector=status.phase%3DRunning': () => apiAnswer({ items: pods }),
    'get /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases /api/v1/nodes': () =>
      apiAnswer(
        {
          items: machines.map((name) => ({ metadata: { name }, spec: { renewTime: beat(startedAt.get(name) ?? 0) } })),
        },
        {
          items: machines.map((name) => ({
            metadata: { name },
            status: {
              conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: beat(startedAt.get(name) ?? 0) }],
            },
          })),
        },
      ),
    'read the signing keys of mounted tokens': (command) => {
      const name = nodeOf(command)
      const isOld = holding.includes(name) || left.includes(name)
      const writtenAt = left.includes(name) ? 999 : 1001
      return facts({
        'started-at': String(startedAt.get(name)),
        tokens: `${headerOf(isOld ? old.keyId : current.keyId)} ${writtenAt} ${fileOf(name)}`,
      })
    },
    'read when kubelet started': '2000',
    'restart kubelet': '',
  })
  for (const plane of live.planes) Object.assign(plane, { publicText: withRetired(current.pem, [old]) })
  for (const node of live.nodes) {
    const exec = node.exec.bind(node)
    Object.assign(node, {
      exec: (...call: Parameters<typeof exec>) => {
        if (call[0][2]?.startsWith('# restart kubelet')) {
          startedAt.set(node.name, 2000)
          restarted.push(node.name)
        }
        return exec(...call)
      },
    })
  }
  const step = renewMountedTokens({ tokens: lazy ? 'lazy' : 'reissue', compromised: 'nothing' })
  await runSteps([step], live.cluster, live.context)
  return restarted
}

it('restarts the kubelets that keep old tokens, workers first', async () => {
  expect(await renew(machines, [])).toEqual(['w1', 'w2', 'm1', 'm2'])
})

it('leaves the others alone, also one that has restarted and renews its tokens by itself', async () => {
  expect(await renew(['w2'], ['m1', 'w1'])).toEqual(['w2'])
  expect(await renew([], [])).toEqual([])
})

it('restarts none where tokens that are accepted may be renewed in time', async () => {
  expect(await renew(machines, [], true)).toEqual([])
})
