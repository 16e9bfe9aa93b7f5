import { expect, it } from 'vitest'
import type { ClusterState } from '../model.ts'
import { ca, otherCa } from '../testing/certificates.ts'
import { apiAnswer, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { pruneStaleCas } from './prune-stale-cas.ts'

/** Whether a CA of the same name beside the front proxy's is removed, after these files were created. */
async function isPruned(created: readonly string[]): Promise<boolean> {
  const data = { 'client-ca-file': ca, 'requestheader-client-ca-file': `${otherCa}${ca}` }
  const node = fakeNode('m1', 'control-plane', { 'get *': apiAnswer({ data }) })
  for (const file of ['ca.crt', 'front-proxy-ca.crt']) node.files.set(`/etc/kubernetes/pki/${file}`, ca)
  const facts = { kubeletCas: ca, podCas: [ca], recordedCas: [] }
  const first = { node, facts, address: '10.0.0.1', mirrorPodSpecs: new Map() }
  const cluster = {
    first,
    machines: [first],
    config: { bindPort: 6443, certificatesDir: '/etc/kubernetes/pki' },
    learned: { ca, created: new Set(created) },
  } as unknown as ClusterState
  return ((await pruneStaleCas.needed?.(cluster, fakeContext([node], ''))) ?? []).length > 0
}

it.each([
  ['the front proxy’s', ['front-proxy-ca.crt', 'front-proxy-ca.key'], true],
  ['the cluster’s', ['ca.crt', 'ca.key'], true],
  ['etcd’s', ['etcd/ca.crt', 'etcd/ca.key'], false],
])('where %s CA was replaced', async (_, created, expected) => expect(await isPruned(created)).toBe(expected))

it('a CA that an operator added is a rotation that has begun', async () => expect(await isPruned([])).toBe(false))
