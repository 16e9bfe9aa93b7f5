import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Pod } from '../api/pods.ts'
import type { ClusterState } from '../model.ts'
import { type Answer, apiAnswer, facts, fakeNode } from '../testing/fake-node.ts'
import { leaveServices, placeOf, type Place } from './leave-services.ts'

const pod = { namespace: 'kube-system', name: 'dns-1', uid: 'dns1', node: 'w1' } as Pod
const siblings = new Set(['dns2'])

const service = (name: string, spec = {}) => ({ metadata: { name }, spec })
const endpoint = (uid: string, change = {}) => ({
  ...{ targetRef: { uid }, nodeName: 'w2', conditions: { ready: true } },
  ...change,
})
const out = { conditions: { ready: false } }
const slice = (name: string, ...endpoints: object[]) => ({
  metadata: { labels: { 'kubernetes.io/service-name': name } },
  endpoints,
})
const both = slice('dns', endpoint('dns1'), endpoint('dns2'))
const local = { internalTrafficPolicy: 'Local' }

it.each<[string, Place, object[], object[]]>([
  ['that no Service leads to', 'out', [service('dns')], []],
  ['that is not Ready', 'out', [service('dns')], [slice('dns', endpoint('dns1', out), endpoint('dns2'))]],
  ['with a sibling', 'among siblings', [service('dns')], [both]],
  [
    'with a sibling in another slice',
    'among siblings',
    [service('dns')],
    [slice('dns', endpoint('dns1')), slice('dns', endpoint('dns2'))],
  ],
  [
    'whose endpoints say nothing of readiness, which means ready',
    'among siblings',
    [service('dns')],
    [slice('dns', endpoint('dns1', { conditions: {} }), endpoint('dns2', { conditions: {} }))],
  ],
  [
    'whose sibling is not led to yet',
    'alone',
    [service('dns')],
    [slice('dns', endpoint('dns1'), endpoint('dns2', out))],
  ],
  // It may be restarted at the same time.
  ['beside a pod of another owner', 'alone', [service('dns')], [slice('dns', endpoint('dns1'), endpoint('canary'))]],
  [
    'of which one of two Services has no other',
    'alone',
    [service('dns'), service('first')],
    [both, slice('first', endpoint('dns1'))],
  ],
  ['whose sibling is on another machine, where the Service stays on one', 'alone', [service('dns', local)], [both]],
  ['whose sibling is beyond a load balancer', 'alone', [service('dns', { externalTrafficPolicy: 'Local' })], [both]],
  [
    'whose sibling is on the same machine',
    'among siblings',
    [service('dns', local)],
    [slice('dns', endpoint('dns1', { nodeName: 'w1' }), endpoint('dns2', { nodeName: 'w1' }))],
  ],
  ['that is led to in any case', 'out', [service('dns', { publishNotReadyAddresses: true })], [both]],
])('a pod %s', (_, expected, services, slices) => {
  expect(placeOf(pod, siblings, { items: services }, { items: slices })).toBe(expected)
})

interface Circumstances {
  readonly patch: Answer
  readonly waitMs: number
  readonly late: () => string
  /** Of the pod's machine, whose kubelet began at 100 s. */
  readonly now: string
}

/** What the API says one look after another, the last one for ever; and which patches it gets. */
async function leaving(
  looks: readonly object[] | (() => object),
  { patch = '', waitMs = 0, late = () => '', now = '105' }: Partial<Circumstances> = {},
) {
  let look = 0
  const lookNow = () => (typeof looks === 'function' ? looks() : (looks[Math.min(look++, looks.length - 1)] ?? {}))
  const node = fakeNode('cp1', 'control-plane', {
    'get *': () => apiAnswer({ items: [service('dns')] }, { items: [lookNow()] }),
    'take kube-system/dns-1 out of its Services': patch,
    'have Services lead to kube-system/dns-1 again': '',
    'wait until kube-proxy has written its rules': late,
  })
  const worker = fakeNode('w1', 'worker', {
    'read when kubelet syncs *': facts({ began: '100', now }),
    'wait until kube-proxy has written its rules': '',
  })
  const first = { node, address: '10.0.0.1' }
  const cluster = {
    first,
    machines: [first, { node: worker }],
    config: { bindPort: 6443, certificatesDir: '/pki' },
  } as unknown as ClusterState
  const { signal } = new AbortController()
  const place = await leaveServices(cluster, pod, siblings, { host: { node: worker }, waitMs, signal })
  const patches = node.commands.filter(({ title }) => title.startsWith('take') || title.startsWith('have'))
  const waits = node.commands.filter(({ title }) => title.startsWith('wait'))
  return { place, patches: patches.map(({ script }) => script), scripts: waits.map(({ script }) => script) }
}

const gone = slice('dns', endpoint('dns1', out), endpoint('dns2'))
const alone = slice('dns', endpoint('dns1'), endpoint('dns2', out))

it('marks the pod as not Ready, and resolves when nothing leads to it', async () => {
  const { place, patches } = await leaving([both, both, gone])
  expect(place).toBe('left')
  expect(patches).toHaveLength(1)
  expect(patches[0]).toContain('kube patch pod --namespace kube-system dns-1 --subresource status --type strategic')
  expect(patches[0]).toContain('{"metadata":{"uid":"dns1"},"status":{"conditions":[{"type":"Ready","status":"False"')
})

it('does it again where kubelet has put its own status back', async () => {
  const { place, patches } = await leaving([both, gone, both, gone])
  expect(place).toBe('left')
  expect(patches).toHaveLength(2)
})

it('marks it after kubelet has put its own status back, and looks again', async () => {
  const beganMs = performance.now()
  expect(await leaving([both, both, gone], { now: '109.8' })).toMatchObject({ place: 'left' })
  expect(performance.now() - beganMs).toBeGreaterThan(395)
  // Its sibling is not Ready any more.
  expect(await leaving([both, alone], { now: '109.8' })).toMatchObject({ place: 'stays', patches: [] })
})

it('waits for a sibling that is about to be led to', async () => {
  expect(await leaving([alone, both, gone], { waitMs: 1000 })).toMatchObject({ place: 'left' })
})

it.each<[string, object]>([
  ['it is the only one', alone],
  ['no Service leads to it', {}],
])('leaves the pod alone where %s', async (_, look) => {
  expect(await leaving([look])).toMatchObject({ place: 'stays', patches: [] })
})

// 7 of 8220 lookups failed: kubelet's word came right after the mark, and the pod was restarted as it was.
it('does it again where kubelet has put its own status back before the endpoints followed', async () => {
  let marks = 0
  const looks = () => (marks > 1 ? gone : both)
  const { place, patches } = await leaving(looks, { patch: () => (marks++, '') })
  expect(place).toBe('left')
  expect(patches).toHaveLength(2)
})

it('goes on where the API refuses', async () => {
  expect(await leaving([both], { patch: new Error('denied by a webhook') })).toMatchObject({ place: 'stays' })
})

it('goes on where no controller writes endpoints', async () => {
  const { place, patches } = await leaving([both])
  expect(place).toBe('stays')
  expect(patches).toHaveLength(3)
})

it('says that a kube-proxy does not follow, and does not wait for it again', async () => {
  let asked = 0
  // The one that is asked first only has to have begun.
  const late = () => (++asked > 1 ? 'late' : '')
  const { place, patches } = await leaving([both, gone], { late })
  expect(place).toBe('led to')
  // It is led to again before its siblings leave: both pods of DNS were away for 1.9 s.
  expect(patches).toEqual([
    expect.stringContaining('"status":"False"'),
    expect.stringMatching(/"status":"True".*"reason":null,"message":null/),
  ])
})

it('takes it that kube-proxy may follow before the command that marks the pod has ended', async () => {
  const { scripts } = await leaving([both, gone], { patch: () => sleep(120, '') })
  const [, withinMs] = /since=\$\(\(\$\(date \+%s%3N\) - (\d+)\)\)/.exec(scripts.at(-1) ?? '') ?? []
  expect(Number(withinMs)).toBeGreaterThanOrEqual(119)
})
