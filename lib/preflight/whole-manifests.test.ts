import { expect, it } from 'vitest'
import type { ClusterState } from '../model.ts'
import { facts, fakeNode } from '../testing/fake-node.ts'
import { refuseUnreadablePods } from './whole-manifests.ts'

async function refused(unknown: readonly string[], missing: string, taken = '') {
  const node = fakeNode('m1', 'control-plane', {
    'find missing manifests of kube-apiserver': facts({ missing }),
    'check for a taken manifest of kube-apiserver': facts({ taken }),
  })
  const mirrorPodSpecs = new Map([['kube-apiserver', { unknown }]])
  const host = { node, mirrorPodSpecs, facts: { manifestsDir: '/etc/kubernetes/manifests' } }
  const error = await refuseUnreadablePods(
    { controlPlanes: [host] } as unknown as ClusterState,
    AbortSignal.timeout(1000),
  ).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  return { error, asked: node.commands.length }
}

it('refuses where the manifest of such a pod is lost, and says what cannot be read', async () => {
  const { error } = await refused(['spec.containers#99'], 'kube-apiserver')
  expect(error).toMatchObject({ reason: 'manifest-not-restorable' })
  expect(String(error)).toContain('kube-apiserver on m1 (spec.containers#99)')
})

it('does not where a repair that was killed has it byte for byte', async () => {
  expect((await refused(['spec#99'], 'kube-apiserver', 'yes')).error).toBeUndefined()
})

it('does not where the manifest is there, and asks nobody where all is known', async () => {
  expect((await refused(['spec#99'], '')).error).toBeUndefined()
  expect(await refused([], 'kube-apiserver')).toEqual({ error: undefined, asked: 0 })
})
