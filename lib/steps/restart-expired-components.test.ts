import { expect, test } from 'vitest'
import type { ClusterState, NodeState } from '../model.ts'
import { expiredKubeconfigOf } from '../shell/work-dir.ts'
import { facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { issueCertificate, shown } from '../testing/issue-certificate.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { kubeconfigOf } from '../testing/kubeconfig.ts'
import { restartExpiredComponents } from './restart-expired-components.ts'

const container = (name: string, startedAt: number, state = 'CONTAINER_RUNNING') => ({
  id: `${name}-id`,
  metadata: { name },
  state,
  createdAt: String(startedAt * 1e9),
})

/** What is done on a control plane whose kubeconfigs were replaced at second 100. */
async function restarted(
  containers: readonly object[],
  noted: readonly ('kube-controller-manager' | 'kube-scheduler')[],
) {
  const node = fakeNode('m1', 'control-plane', {
    'find what runs with an expired certificate': facts({
      ...Object.fromEntries(noted.map((component) => [expiredKubeconfigOf(component), '100.500'])),
      containers: JSON.stringify({ containers }),
    }),
    'restart *': '',
  })
  const cluster = { controlPlanes: [{ node }] } as unknown as ClusterState & { controlPlanes: NodeState[] }
  const context = fakeContext([node], plain)
  const found = (await restartExpiredComponents.needed?.(cluster, context)) ?? []
  await restartExpiredComponents.run(cluster, context, found)
  return node.commands.map(({ title }) => title).filter((title) => title.startsWith('restart'))
}

const both = ['kube-controller-manager', 'kube-scheduler'] as const

test('what started before its kubeconfig was replaced is restarted, and nothing else', async () => {
  const running = [container('kube-controller-manager', 99), container('kube-scheduler', 101)]
  expect(await restarted(running, both)).toEqual(['restart kube-controller-manager'])
})

test('what has ended reads the new one when kubelet starts it again', async () => {
  expect(await restarted([container('kube-scheduler', 99, 'CONTAINER_EXITED')], both)).toEqual([])
})

test('what had a valid certificate is left alone, however old it is', async () => {
  expect(await restarted([container('kube-controller-manager', 1), container('kube-scheduler', 1)], [])).toEqual([])
})

test('the plan names them before anything is replaced', async () => {
  const ca = issueCertificate({ commonName: 'kubernetes' })
  const conf = (commonName: string, notAfter?: Date) =>
    kubeconfigOf(ca.certificate, shown(issueCertificate({ commonName, by: ca, ...(notAfter ? { notAfter } : {}) })))
  const node = fakeNode('m1', 'control-plane', {
    'read the leaf certificates': facts({
      'ca.crt': ca.certificate,
      'scheduler.conf': conf('system:kube-scheduler', new Date('2026-01-01T00:00:00Z')),
      'controller-manager.conf': conf('system:kube-controller-manager'),
    }),
  })
  const host = { node, address: '10.0.0.1', facts: { manifestsDir: '/etc/kubernetes/manifests' } }
  const config = { certificatesDir: '/etc/kubernetes/pki' }
  const cluster = { controlPlanes: [host], config, learned: {} } as unknown as ClusterState
  expect(await restartExpiredComponents.preview?.(cluster, fakeContext([node], plain))).toEqual([
    { node: 'm1', action: 'restart kube-scheduler', reason: 'it runs with a certificate that has expired' },
  ])
})
