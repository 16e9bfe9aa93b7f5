import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { stringify } from 'yaml'
import type { StepError } from '../engine/errors.ts'
import { runSteps } from '../engine/step.ts'
import { nameUnreadyPods } from '../kubelet/ready-pods.ts'
import { etcdOnDisk } from '../testing/etcd-bytes.ts'
import { apiAnswer, facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { surveyed } from '../testing/surveyed.ts'
import { startControllerManager } from './start-controller-manager.ts'
import { startOtherControllerManagers } from './start-other-controller-managers.ts'

const started = Date.parse('2026-11-24T02:00:00Z') / 1000
const after = '2026-11-24T02:00:05Z'
const before = '2026-11-24T01:00:00Z'

interface Seen {
  readonly node: string
  readonly renewed: string
  readonly ready?: string
  readonly evictedSince?: string
}

function api(seen: readonly Seen[], pods: readonly object[] = []) {
  const leases = seen.map(({ node, renewed }) => ({ metadata: { name: node }, spec: { renewTime: renewed } }))
  const nodes = seen.map(({ node, renewed, ready = 'True', evictedSince }) => ({
    metadata: { name: node },
    spec: {
      taints: evictedSince
        ? [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', timeAdded: evictedSince }]
        : [],
    },
    status: { conditions: [{ type: 'Ready', status: ready, lastHeartbeatTime: renewed }] },
  }))
  return {
    'get /apis/coordination*': apiAnswer({ items: leases }, { items: nodes }),
    'get /api/v1/pods*': apiAnswer({ items: pods }),
  }
}

async function run(seen: readonly Seen[], pods: readonly object[] = []) {
  const answers = {
    'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }),
    ...etcdOnDisk,
    'read when kubelet started': String(started),
    'find missing manifests of kube-controller-manager': facts({ missing: 'kube-controller-manager' }),
    'check for the restricted controller manager': facts({ restricted: 'yes' }),
    'stop the restricted controller manager': '',
    'read the leader-election leases': `${facts({ now: '0' })}${apiAnswer({ items: [] })}`,
    'install the manifest of kube-controller-manager': '',
    ...api(seen, pods),
  }
  const controlPlane = fakeNode('m1', 'control-plane', answers)
  const worker = fakeNode('w1', 'worker', answers)
  const context = fakeContext([controlPlane, worker], plain)
  const cluster = await surveyed(context)
  const error = (await runSteps([startControllerManager], cluster, context).catch((cause: unknown) => cause)) as
    StepError | undefined
  return { error, cluster, context, titles: controlPlane.commands.map(({ title }) => title) }
}

const back: Seen[] = [
  { node: 'm1', renewed: after },
  { node: 'w1', renewed: after },
]
const installs = 'install the manifest of kube-controller-manager'

describe('the precondition of a full controller manager', () => {
  it('holds when every Node is back, and the restricted one is stopped first', async () => {
    const { error, titles } = await run(back)
    expect(error).toBeUndefined()
    expect(titles.at(-1)).toBe(installs)
    expect(titles).toContain('stop the restricted controller manager')
  })

  it.each<[string, Seen[], string]>([
    [
      'a worker is silent',
      [
        { node: 'm1', renewed: after },
        { node: 'w1', renewed: before },
      ],
      'w1',
    ],
    [
      'a Node is not Ready',
      [
        { node: 'm1', renewed: after },
        { node: 'w1', renewed: after, ready: 'False' },
      ],
      'w1',
    ],
    ['a Node is missing', [{ node: 'm1', renewed: after }], 'w1'],
    [
      'an unlisted Node says Ready and is silent',
      [...back, { node: 'w9', renewed: before }],
      'w9 (not in the inventory)',
    ],
  ])('fails when %s', async (_, seen, words) => {
    const { error, titles } = await run(seen)
    expect(error?.cause).toMatchObject({ name: 'PreconditionError' })
    expect(error?.message).toContain(words)
    expect(titles).not.toContain(installs)
    expect(titles).not.toContain('stop the restricted controller manager')
  })

  it('holds when the unlisted Node was marked Unknown long ago', async () => {
    const { error } = await run([...back, { node: 'w9', renewed: before, ready: 'Unknown' }])
    expect(error).toBeUndefined()
  })

  it.each([
    ['says that it is not Ready', { renewed: after, ready: 'False' }],
    ['is silent', { renewed: before, ready: 'Unknown' }],
  ])('holds when a Node of the inventory was not Ready before the loss, and %s', async (_, now) => {
    const seen = [
      { node: 'm1', renewed: after },
      { node: 'w1', evictedSince: before, ...now },
    ]
    const { error, titles } = await run(seen)
    expect(error).toBeUndefined()
    expect(titles).toContain(installs)
  })

  it('goes on without a pod that does not become ready again, and names it only where it is not in the end', async () => {
    let now = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 20_000))
    onTestFinished(() => clock.mockRestore())
    const pod = (ready: string) => ({
      metadata: { namespace: 'mine', name: 'client', uid: 'uid-1' },
      spec: { nodeName: 'w1' },
      status: { conditions: [{ type: 'Ready', status: ready, lastTransitionTime: after }] },
    })
    const sick = await run(back, [pod('False')])
    expect(sick.error).toBeUndefined()
    expect(sick.titles).toContain(installs)
    await nameUnreadyPods(sick.cluster, sick.context)
    expect(sick.context.events.at(-1)).toMatchObject({ type: 'pod.left', node: 'w1', pod: 'mine/client' })
    const well = await run(back, [pod('True')])
    well.cluster.learned.unreadyPods.add('uid-1')
    await nameUnreadyPods(well.cluster, well.context)
    expect(well.context.events.filter(({ type }) => type === 'pod.left')).toEqual([])
  })

  // A pod that fails at every start held the controllers back for a minute.
  it.each([
    ['waits to be started again', { waiting: { reason: 'CrashLoopBackOff' } }],
    ['was started again since', { running: { startedAt: after } }],
  ])('does not wait for a pod whose container %s', async (_, state) => {
    const status = {
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: after }],
      containerStatuses: [{ name: 'main', containerID: 'containerd://1', state }],
    }
    const fails = { metadata: { namespace: 'mine', name: 'fails', uid: 'uid-2' }, spec: { nodeName: 'w1' }, status }
    const { error, cluster } = await run(back, [fails])
    expect(error).toBeUndefined()
    expect([...cluster.learned.unreadyPods]).toEqual([])
  })

  it('does not wait for a pod that was unready before its kubelet started', async () => {
    const broken = {
      metadata: { namespace: 'mine', name: 'broken' },
      spec: { nodeName: 'w1' },
      status: { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: before }] },
    }
    expect((await run(back, [broken])).error).toBeUndefined()
  })
})

describe('the other controller managers', () => {
  const controlPlanes = async (
    leader: string,
    flag = '--leader-elect=true',
    running = '',
    lost: readonly string[] = ['m1', 'm2'],
  ) => {
    const answers = {
      'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }),
      ...etcdOnDisk,
      'read when kubelet started': String(started),
      'find missing manifests of kube-controller-manager': facts({ missing: 'kube-controller-manager' }),
      'install the manifest of kube-controller-manager': '',
      'read the current leaders': `${facts({
        'kube-controller-manager': stringify({
          spec: { containers: [{ command: ['kube-controller-manager', flag] }] },
        }),
        'running:kube-controller-manager': running,
      })}${apiAnswer({ items: [{ metadata: { name: 'kube-controller-manager' }, spec: { holderIdentity: leader } }] })}`,
      ...api([
        { node: 'm1', renewed: after },
        { node: 'm2', renewed: after },
      ]),
    }
    const nodes = ['m1', 'm2'].map((name) =>
      fakeNode(name, 'control-plane', {
        ...answers,
        ...(lost.includes(name) ? {} : { 'find missing manifests of kube-controller-manager': '' }),
      }),
    )
    const context = { ...fakeContext(nodes, plain), signal: AbortSignal.timeout(1500) }
    const cluster = await surveyed(context)
    const error = await runSteps([startOtherControllerManagers], cluster, context).catch((cause: unknown) => cause)
    return { error, installed: nodes.filter(({ commands }) => commands.some(({ title }) => title === installs)) }
  }

  it('start when the first leads', async () => {
    const { error, installed } = await controlPlanes('m1_4f2a')
    expect(error).toBeUndefined()
    expect(installed.map(({ name }) => name)).toEqual(['m2'])
  })

  it('start when the first runs, where it elects in another way', async () => {
    const { installed } = await controlPlanes('', '--leader-elect-resource-name=ours', 'container')
    expect(installed.map(({ name }) => name)).toEqual(['m2'])
    expect((await controlPlanes('m1_old', '--leader-elect-resource-name=ours')).installed).toEqual([])
  })

  it('need nobody else where one that was not lost leads', async () => {
    const { error, installed } = await controlPlanes('m1_4f2a', '--leader-elect=true', '', ['m2'])
    expect(error).toBeUndefined()
    expect(installed.map(({ name }) => name)).toEqual(['m2'])
  })

  it('wait while the lease is that of a machine that lost its own', async () => {
    const { error, installed } = await controlPlanes('m2_4f2a')
    expect(error).toMatchObject({ name: 'TimeoutError' })
    expect(installed).toEqual([])
  })
})

it('is planned without waiting for an API that does not answer', async () => {
  const planned = async (installed: boolean) => {
    const node = fakeNode('m1', 'control-plane', {
      'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }),
      ...etcdOnDisk,
      'find missing manifests of kube-controller-manager': installed ? '' : facts({ missing: 'it' }),
      'check for the restricted controller manager': '',
      'check whether the API answers': '',
    })
    const context = fakeContext([node], plain)
    return startControllerManager.preview?.(await surveyed(context), context)
  }
  expect(await planned(true)).toMatchObject([{ node: 'cluster', action: 'to be decided' }])
  expect(await planned(false)).toMatchObject([{ node: 'm1', reason: 'no full controller manager leads' }])
})
