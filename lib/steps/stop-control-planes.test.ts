import { expect, it } from 'vitest'
import type { CaFile, ClusterState, NodeState } from '../model.ts'
import { components } from '../static-pods/components.ts'
import { withoutManifest } from '../static-pods/manifests.ts'
import { facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { stopControlPlanes } from './stop-control-planes.ts'

/** Control planes of which each has a manifest of these components. */
function clusterOf(replaced: readonly CaFile[], manifests: readonly (readonly string[])[]) {
  const left = manifests.map((each) => [...each])
  const hosts = manifests.map((_, index) => ({
    node: fakeNode(`m${index + 1}`, 'control-plane', {
      'find missing manifests of *': ({ title }) => {
        const asked = title.replace('find missing manifests of ', '').split(', ')
        return facts({ missing: asked.filter((name) => !left[index]?.includes(name)).join('\n') })
      },
      'stop what runs with the old CA': ({ script }) => {
        const asked = /for component in (.*); do\n {2}manifest=/.exec(script)?.[1] ?? ''
        left[index] = left[index]?.filter((name) => !asked.includes(name)) ?? []
        return facts({ 'backed-up': '/etc/kubernetes/manifests/kube-apiserver.yaml', 'backup-directory': '/backup' })
      },
      'list control plane sandboxes': `${left[index]?.join(' ') ?? ''}\n{}`,
      'remove sandboxes of the control plane': '',
    }),
    facts: { manifestsDir: '/etc/kubernetes/manifests' },
  })) as unknown as NodeState[]
  const context = fakeContext(
    hosts.map(({ node }) => node),
    plain,
  )
  const learned = { holds: new Map(), ...(replaced.length > 0 ? { replaced: new Set(replaced) } : {}) }
  const cluster = { controlPlanes: hosts, first: hosts[0], stamp: 'now', learned } as unknown as ClusterState
  return { cluster, context, left, holds: cluster.learned.holds }
}

const three = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']

it.each<[string, readonly CaFile[], readonly (readonly string[])[]]>([
  ['nothing is replaced', [], []],
  ["the cluster's CA is replaced, etcd runs on", ['ca.crt'], [three, three]],
  ["the front proxy's is replaced, etcd runs on", ['front-proxy-ca.crt'], [three, three]],
  ["etcd's is replaced, etcd is stopped too", ['etcd/ca.crt'], [[...components], [...components]]],
])('where %s', async (_, replaced, stopped) => {
  const { cluster, context } = clusterOf(replaced, [components, components])
  const plan = (await stopControlPlanes.preview?.(cluster, context)) ?? []
  expect(plan.map(({ node }) => node)).toEqual(stopped.map((_each, index) => `m${index + 1}`))
  for (const [index, { action, reason }] of plan.entries()) {
    expect(action).toContain(`stop ${stopped[index]?.join(', ') ?? ''} until the new CA is there; the API is away`)
    expect(reason).toContain(replaced.join(', '))
  }
})

it('stops what a killed repair left running, and asks for no more', async () => {
  const { cluster, context, left, holds } = clusterOf(['ca.crt'], [['etcd'], ['etcd', 'kube-scheduler']])
  const found = await stopControlPlanes.needed?.(cluster, context)
  expect(found).toHaveLength(1)
  await stopControlPlanes.run(cluster, context, found ?? [])
  await stopControlPlanes.verify?.(cluster, context)
  expect(left).toEqual([['etcd'], ['etcd']])
  expect([...holds.keys()]).toEqual(['the manifests of the control planes'])
  expect(context.events).toContainEqual(expect.objectContaining({ type: 'file.backed-up', node: 'm2' }))
})

it('what will be stopped counts as lost for the plan of the steps that start it', async () => {
  const { cluster, context } = clusterOf(['ca.crt'], [components])
  expect(await withoutManifest(cluster, context, 'kube-apiserver')).toHaveLength(1)
})
