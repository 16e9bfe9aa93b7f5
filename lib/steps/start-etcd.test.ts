import { expect, test } from 'vitest'
import type { ClusterState, NodeState } from '../model.ts'
import { runSteps } from '../engine/step.ts'
import { facts, fakeContext, fakeNode, type FakeNode } from '../testing/fake-node.ts'
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

/** Control planes of which each serves the API or not; the first ones lost etcd's manifest. */
function controlPlanes(serving: readonly boolean[], lost: number) {
  const hosts = serving.map((servesApi, index) => ({
    node: fakeNode(`m${index + 1}`, 'control-plane', {
      'read the identity of kubelet': identity,
      'find missing manifests of etcd': index < lost ? facts({ missing: 'etcd' }) : '',
      'install the manifest of etcd': '',
      'check that etcd has its data': facts({ present: 'yes' }),
      'wait for port *': '',
      'end kubelet*': '',
    }),
    facts: { servesApi, manifestsDir: '/etc/kubernetes/manifests' },
    mirrorPodSpecs: new Map(),
    address: '10.0.0.1',
  })) as unknown as NodeState[]
  const context = fakeContext(
    hosts.map(({ node }) => node),
    plain,
  )
  const cluster = {
    controlPlanes: hosts,
    first: hosts[0],
    learned: { ca },
    config: { etcdDataDir: '/e' },
  } as unknown as ClusterState
  return { cluster, context, nodes: hosts.map(({ node }) => node as FakeNode) }
}

/** What would be done on control planes of which each serves the API or not; the first ones lost etcd's manifest. */
async function planned(serving: readonly boolean[], lost: number): Promise<readonly string[]> {
  const { cluster, context } = controlPlanes(serving, lost)
  const found = await startEtcd.preview?.(cluster, context)
  return (found ?? []).map(({ node, action }) => `${node}: ${action}`)
}

/** The machines on which requests are ended, after the step. */
async function endedOn(serving: readonly boolean[], lost: number): Promise<readonly string[]> {
  const { cluster, context, nodes } = controlPlanes(serving, lost)
  await runSteps([startEtcd], cluster, context)
  return nodes
    .filter(({ commands }) => commands.some(({ title }) => title.startsWith("end kubelet's unanswered requests")))
    .map(({ name }) => name)
}

// kubelet waited twice 30 s for an API server without etcd before it started etcd, and lost-manifest-etcd took 96 s.
test('requests of kubelet are ended where nobody can answer them, and nowhere else', async () => {
  expect(await endedOn([false], 1)).toEqual(['m1'])
  expect(await endedOn([true, true, true], 2)).toEqual(['m1', 'm2'])
  expect(await endedOn([true, true, true], 1)).toEqual([])
})

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
