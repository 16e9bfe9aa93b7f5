import { expect, test } from 'vitest'
import type { ClusterState, NodeState } from '../model.ts'
import { facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { startEtcd } from './start-etcd.ts'

const authority = issueCertificate({ commonName: 'kubernetes' })
const ca = authority.certificate
const identity = facts({
  'trusted-ca': ca,
  'callers-ca': ca,
  'client-certificate': issueCertificate({ commonName: 'system:node:m', by: authority }).certificate,
  'started-at': '1',
})

/** What would be done on control planes of which each serves the API or not; the first ones lost etcd's manifest. */
async function planned(serving: readonly boolean[], lost: number): Promise<readonly string[]> {
  const hosts = serving.map((servesApi, index) => ({
    node: fakeNode(`m${index + 1}`, 'control-plane', {
      'read the identity of kubelet': identity,
      'find missing manifests of etcd': index < lost ? facts({ missing: 'etcd' }) : '',
    }),
    facts: { servesApi, manifestsDir: '/etc/kubernetes/manifests' },
  })) as unknown as NodeState[]
  const context = fakeContext(
    hosts.map(({ node }) => node),
    plain,
  )
  const cluster = { controlPlanes: hosts, first: hosts[0], learned: { ca } } as unknown as ClusterState
  const found = await startEtcd.preview?.(cluster, context)
  return (found ?? []).map(({ node, action }) => `${node}: ${action}`)
}

test('where etcd alone is lost everywhere, API servers still listen, and no kubelet is restarted', async () => {
  expect(await planned([true, true], 2)).toEqual([
    'm1: install the manifest of etcd',
    'm2: install the manifest of etcd',
  ])
})

test('the kubelet of a control plane that was lost alone is restarted', async () => {
  expect(await planned([false, true, true], 1)).toEqual(['m1: install the manifest of etcd and restart kubelet'])
})

test('nothing is done where nothing is lost', async () => {
  expect(await planned([true, true], 0)).toEqual([])
})
