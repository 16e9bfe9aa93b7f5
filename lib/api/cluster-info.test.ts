import { describe, expect, it } from 'vitest'
import type { ClusterState } from '../model.ts'
import { leaf } from '../testing/certificates.ts'
import { apiAnswer, fakeNode } from '../testing/fake-node.ts'
import { clusterInfo, clusterInfoSignatures } from './cluster-info.ts'

const signal = new AbortController().signal
const cluster = (items: readonly object[]) => {
  const node = fakeNode('m1', 'control-plane', { 'get *': apiAnswer({ items }) })
  return { first: { node, address: '10.0.0.1' }, config: { bindPort: 6443 } } as unknown as ClusterState
}
const kubeconfig = `clusters: [{ cluster: { certificate-authority-data: ${Buffer.from(leaf).toString('base64')} } }]`

describe('clusterInfo', () => {
  it('finds no ConfigMap where there is none', async () => {
    expect(await clusterInfo(cluster([]), signal)).toBeUndefined()
    expect(await clusterInfo(cluster([{ data: { kubeconfig } }]), signal)).toEqual({ data: { kubeconfig } })
  })
})

describe('clusterInfoSignatures', () => {
  it('are the ids of the tokens that it is signed with', async () => {
    const data = { kubeconfig, 'jws-kubeconfig-abcdef': 'x..y' }
    expect(await clusterInfoSignatures(cluster([{ data }]), signal)).toEqual(['abcdef'])
    expect(await clusterInfoSignatures(cluster([]), signal)).toEqual([])
  })
})
