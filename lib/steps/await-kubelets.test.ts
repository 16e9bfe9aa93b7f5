import { expect, it, onTestFinished, vi } from 'vitest'
import { runSteps } from '../engine/step.ts'
import { etcdOnDisk } from '../testing/etcd-bytes.ts'
import { apiAnswer, facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { surveyed } from '../testing/surveyed.ts'
import { awaitKubelets } from './await-kubelets.ts'
import { verifyCluster } from './verify-cluster.ts'

const started = Date.parse('2026-11-24T02:00:00Z') / 1000
const after = '2026-11-24T02:00:05Z'
const before = '2026-11-24T01:00:00Z'
const taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: before }

interface Worker {
  readonly isTainted: boolean
  readonly ready: string
  /** Of its kubelet; 0 where none runs. */
  readonly startedAt: number
  readonly message?: string
}

/** Lets 20 s pass at each look at the clock that time limits are of. */
function passTime() {
  let now = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 20_000))
  onTestFinished(() => clock.mockRestore())
}

async function run({ isTainted, ready, startedAt, message = '' }: Worker, timeoutMs = 1500, lateReady = ready) {
  const renewed = startedAt > 0 ? after : before
  // From the verification on, which looks for manifests first.
  let isLate = false
  const nodeOf = (name: string, status: string, at: string, taints: readonly object[]) => ({
    metadata: { name },
    spec: { taints },
    status: { conditions: [{ type: 'Ready', status, message, lastHeartbeatTime: at }] },
  })
  const withReady = (status: string) => {
    return { items: [nodeOf('m1', 'True', after, []), nodeOf('w1', status, renewed, isTainted ? [taint] : [])] }
  }
  const leases = {
    items: [
      { metadata: { name: 'm1' }, spec: { renewTime: after } },
      { metadata: { name: 'w1' }, spec: { renewTime: renewed } },
    ],
  }
  const elected = ['kube-controller-manager', 'kube-scheduler']
  const electing = (name: string) => `spec: { containers: [{ command: [${name}, --leader-elect=true] }] }`
  const own = { 'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }) }
  const controlPlane = fakeNode('m1', 'control-plane', {
    ...own,
    ...etcdOnDisk,
    'read when kubelet started': String(started),
    'get /apis/coordination*': () => apiAnswer(leases, withReady(isLate ? lateReady : ready)),
    'get /api/v1/nodes': apiAnswer(withReady(lateReady)),
    'find missing manifests of *': () => {
      isLate = true
      return ''
    },
    'read the current leaders': `${facts(Object.fromEntries(elected.map((name) => [name, electing(name)])))}${apiAnswer(
      {
        items: elected.map((name) => ({ metadata: { name }, spec: { holderIdentity: 'm1_1' } })),
      },
    )}`,
  })
  const worker = fakeNode('w1', 'worker', { ...own, 'read when kubelet started': String(startedAt) })
  const context = fakeContext([controlPlane, worker], plain)
  const limited = { ...context, signal: AbortSignal.timeout(timeoutMs) }
  const steps = [awaitKubelets, verifyCluster]
  const error = await runSteps(steps, await surveyed(limited), limited).catch((cause: unknown) => cause)
  const left = context.events.filter(({ type }) => type === 'node.left' || type === 'node.back')
  return { error, left }
}

it('goes on without a Node that was not Ready before the loss, and names it', async () => {
  const { error, left } = await run({ isTainted: true, ready: 'Unknown', startedAt: 0 })
  expect(error).toBeUndefined()
  expect(left).toMatchObject([{ node: 'w1', reason: expect.stringContaining(before) as string }])
})

it('does not wait for one that has no network for its pods, as its kubelet says since its start', async () => {
  const message = 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady'
  const began = performance.now()
  const { left } = await run({ isTainted: true, ready: 'False', startedAt: started, message }, 12_000)
  expect(left).toMatchObject([{ node: 'w1' }])
  // Others are given 8 s.
  expect(performance.now() - began).toBeLessThan(7000)
}, 20_000)

it('does not name one that has become Ready', async () => {
  expect(await run({ isTainted: true, ready: 'True', startedAt: started })).toEqual({ error: undefined, left: [] })
})

it('waits for a Node from which nothing was evicted before', async () => {
  const { error, left } = await run({ isTainted: false, ready: 'Unknown', startedAt: started })
  expect(error).toMatchObject({ name: 'TimeoutError' })
  expect(left).toEqual([])
})

it.each([
  ['does not run', { isTainted: false, ready: 'True', startedAt: 0 }, 'its kubelet does not run'],
  [
    'does not become Ready',
    { isTainted: false, ready: 'False', startedAt: started },
    'its Node was not Ready within 120 s',
  ],
])('goes on without a worker that %s, and names it', async (_, worker, words) => {
  passTime()
  const { error, left } = await run(worker, 60_000, 'False')
  expect(error).toBeUndefined()
  expect(left).toMatchObject([{ type: 'node.left', node: 'w1', reason: expect.stringContaining(words) as string }])
})

it('says that a worker which it had left is Ready in the end', async () => {
  passTime()
  const { left } = await run({ isTainted: false, ready: 'False', startedAt: started }, 60_000, 'True')
  expect(left).toMatchObject([{ type: 'node.left' }, { type: 'node.back', node: 'w1' }])
})

it('does not take a Node for Ready whose kubelet does not run, although the API says so for a while', async () => {
  passTime()
  const { left } = await run({ isTainted: false, ready: 'True', startedAt: 0 }, 60_000)
  expect(left).toMatchObject([{ type: 'node.left', node: 'w1' }])
})

it('names a worker that is not Ready any more when all is verified', async () => {
  passTime()
  const { error, left } = await run({ isTainted: false, ready: 'True', startedAt: started }, 60_000, 'False')
  expect(error).toBeUndefined()
  expect(left).toMatchObject([{ type: 'node.left', node: 'w1', reason: 'its Node is not Ready any more' }])
})
