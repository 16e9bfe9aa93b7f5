import { expect, test } from 'vitest'
import type { ClusterState, NodeState } from '../model.ts'
import { expiredKubeconfigOf } from '../shell/work-dir.ts'
import { fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import type { WrongFile } from './assess-leaf-certs.ts'
import { issueCertificates } from './leaf-certs.ts'

/** The script that issues these on a control plane. */
async function scriptFor(wrong: readonly WrongFile[]): Promise<string> {
  const node = fakeNode('m1', 'control-plane', {
    'issue certificates and kubeconfigs': '',
    'stage the manifests': '',
  })
  const host = {
    node,
    facts: { manifestsDir: '/etc/kubernetes/manifests' },
    mirrorPodSpecs: new Map(),
  } as unknown as NodeState
  const cluster = { stamp: 'now', controlPlanes: [host] } as unknown as ClusterState
  await issueCertificates(fakeContext([node], plain), cluster, host, wrong)
  return node.commands[0]?.script ?? ''
}

test('who runs with an expired kubeconfig is noted before it is replaced and again afterwards', async () => {
  const script = await scriptFor([{ path: '/etc/kubernetes/scheduler.conf', problem: 'expired' }])
  const note = `for note in ${expiredKubeconfigOf('kube-scheduler')}; do touch`
  const placed = script.indexOf('for file in scheduler.conf; do place')
  expect(script.indexOf(note)).toBeGreaterThan(0)
  expect(script.indexOf(note)).toBeLessThan(placed)
  expect(script.lastIndexOf(note)).toBeGreaterThan(placed)
  expect(script).not.toContain(expiredKubeconfigOf('kube-controller-manager'))
})

test('a kubeconfig that is lost says nothing about what its reader has in memory', async () => {
  const script = await scriptFor([{ path: '/etc/kubernetes/scheduler.conf', problem: 'missing' }])
  expect(script).not.toContain(expiredKubeconfigOf('kube-scheduler'))
})
