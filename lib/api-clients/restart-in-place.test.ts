import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import type { Pod, PreStop } from '../api/pods.ts'
import type { ClusterState } from '../model.ts'
import { apiAnswer, fakeNode } from '../testing/fake-node.ts'
import { restartInPlace, siblingsWaitMs } from './restart-in-place.ts'

async function stopped(change: Partial<Pod>) {
  const pod = {
    ...{ namespace: 'shop', name: 'db', uid: 'uid-1', node: 'w1', ready: true, graceSeconds: 300 },
    ...{ isNodeDaemon: false, isDns: false, containers: [{ name: 'db', id: 'old', startedAt: 1 }], ...change },
  } as unknown as Pod
  const node = fakeNode('w1', 'worker', { 'restart shop/db in place': '' })
  const restarted = { ...pod, containers: [{ name: 'db', id: 'new', startedAt: 2 }] }
  const cluster = { machines: [{ node }] } as unknown as ClusterState
  await restartInPlace(cluster, pod, async () => [restarted], new AbortController().signal)
  return node.commands[0]
}

it('gives a pod of the users its own grace period, and the command longer than that', async () => {
  const command = await stopped({})
  expect(command?.script).toContain('crictl --timeout 330s stop --timeout 300 old & jobs')
  expect(command?.options.timeoutMs).toBe(360_000)
})

it.each([{ isNodeDaemon: true }, { isDns: true }])('kills at once: %j', async (change) => {
  expect((await stopped(change))?.script).toContain('stop --timeout 0 old & jobs')
})

it.each<[PreStop, string]>([
  [{ command: ['sh', '-c', 'leave now'] }, "crictl --timeout 300s exec --sync --timeout 300 old sh -c 'leave now'"],
  [{ url: 'http://10.0.0.1:80/end' }, 'curl --silent --show-error --insecure --max-time 300 http://10.0.0.1:80/end'],
  [{ seconds: 5 }, 'sleep 5'],
])('runs a preStop hook first, and gives what it leaves: %j', async (preStop, words) => {
  const containers = [{ name: 'db', id: 'old', startedAt: 1, preStop }]
  const { script = '' } = (await stopped({ containers })) ?? {}
  expect(script).toContain(`${words} >&2 || true\n  left=$((300 + began - SECONDS))`)
  // It is bash: what it would run is printed by stand-ins.
  const standIns = 'command() { shift; echo "$@"; }; curl() { :; }; sleep() { :; }'
  const printed = execFileSync('bash', ['-c', `${standIns}\n${script}`], { encoding: 'utf8' })
  expect(printed.trim()).toBe('--timeout 10s --timeout 330s stop --timeout 300 old')
})

it('runs no hook of what is killed', async () => {
  const containers = [{ name: 'db', id: 'old', startedAt: 1, preStop: { seconds: 5 } }]
  expect((await stopped({ containers, isDns: true }))?.script).not.toContain('sleep')
})

/** Restarts one of two pods of a Service, as often as said. `late`: what kube-proxies say once the pod is marked. */
async function restarting({ ready = true, late = '', times = 1 }) {
  let isMarked = false
  const conditions = () => ({ ready: !isMarked })
  const labels = { 'kubernetes.io/service-name': 'dns' }
  const endpoints = () => [{ targetRef: { uid: 'a' }, conditions: conditions() }, { targetRef: { uid: 'b' } }]
  const node = fakeNode('w1', 'worker', {
    'get *': () =>
      apiAnswer(
        { items: [{ metadata: { name: 'dns' } }] },
        { items: [{ metadata: { labels }, endpoints: endpoints() }] },
      ),
    'take *': () => ((isMarked = true), ''),
    'have *': () => ((isMarked = false), ''),
    'wait *': () => (isMarked ? late : ''),
    'restart *': '',
  })
  const common = { namespace: 'shop', node: 'w1', owner: 'dns', readyChangedAt: 0, isDns: true, isNodeDaemon: false }
  const pod = { ...common, name: 'a', uid: 'a', ready: true, containers: [] } as unknown as Pod
  const host = { node, address: '10.0.0.1' }
  const cluster = {
    ...{ machines: [host], first: host, learned: { putOff: new Set() } },
    config: { bindPort: 6443, certificatesDir: '/pki' },
  } as unknown as ClusterState
  const restarted: boolean[] = []
  for (let n = 0; n < times; n++) {
    // kubelet has put its own status back.
    isMarked = false
    const pods = async () => [pod, { ...pod, uid: 'b', ready }]
    restarted.push(await restartInPlace(cluster, pod, pods, new AbortController().signal))
  }
  const words = node.commands.map(({ title }) => title.split(' ')[0])
  return { restarted, did: words.filter((word = '') => !['get', 'read', 'wait'].includes(word)) }
}

// 23 of 4100 lookups failed in each repair: kube-proxy still led to the pod that was being restarted.
it.each([
  [true, ['take', 'restart']],
  [false, ['restart']],
])('takes a pod out of its Services before it is stopped, where a sibling is Ready: %s', async (ready, expected) => {
  expect(await restarting({ ready })).toEqual({ restarted: [true], did: expected })
})

it('puts the restart off once, where a kube-proxy still leads to the pod', async () => {
  expect(await restarting({ late: 'late', times: 2 })).toEqual({
    restarted: [false, true],
    did: ['take', 'have', 'take', 'have', 'restart'],
  })
})

// DNS was away for 374 ms: its second pod was killed 35 ms after the first was Ready, when kube-proxy did not lead to that one yet.
it.each([
  ['has just come back', 999.2, {}, 2200],
  ['came back a while ago', 990, {}, 0],
  ['is not Ready', 999.2, { ready: false }, 0],
  ['belongs to somebody else', 999.2, { owner: 'other' }, 0],
  ['runs on a machine whose clock is ahead', 2000, {}, 3000],
])('a pod waits for a sibling that %s', (_, readyChangedAt, change, expected) => {
  const pod = { uid: 'dns2', owner: 'dns', isNodeDaemon: false }
  const sibling = { uid: 'dns1', owner: 'dns', ready: true, readyChangedAt, ...change }
  expect(siblingsWaitMs(pod, [{ ...pod, ready: true, readyChangedAt: 999.9 }, sibling], 1_000_000)).toBe(expected)
  expect(siblingsWaitMs({ ...pod, isNodeDaemon: true }, [sibling], 1_000_000)).toBe(0)
})
