import { describe, expect, it } from 'vitest'
import { certificatesIn } from './pem.ts'
import type { ClusterState } from '../preflight/survey.ts'
import { addedCa, ca, leaf, otherCa } from '../testing/certificates.ts'
import { fakeNode, type Answer } from '../testing/fake-node.ts'
import { clusterInfoCa, namespacesWithoutCa, withoutPredecessors } from './cluster-ca.ts'

const signal = new AbortController().signal
const site = (answer: Answer) => {
  const node = fakeNode('m1', 'control-plane', { 'get *': answer })
  return { first: { node, address: '10.0.0.1' }, config: { bindPort: 6443 } } as unknown as ClusterState
}

describe('withoutPredecessors', () => {
  it('drops CAs of the same name, and keeps the new one and what an operator added', () => {
    expect(certificatesIn(withoutPredecessors(`${otherCa}${ca}${addedCa}`, ca))).toEqual(
      certificatesIn(`${ca}${addedCa}`),
    )
  })

  it('changes nothing where there is nothing old', () => expect(withoutPredecessors(ca, ca)).toBe(ca))
})

describe('namespacesWithoutCa', () => {
  const namespace = (name: string, phase = 'Active') => ({ metadata: { name }, status: { phase } })
  const configMap = (name: string, data: object) => ({ metadata: { namespace: name }, data })

  it('finds those with another CA and those with none, but not those that are going', async () => {
    const namespaces = [namespace('a'), namespace('b'), namespace('c'), namespace('d', 'Terminating')]
    const configMaps = [configMap('a', { 'ca.crt': ca }), configMap('b', { 'ca.crt': otherCa })]
    const lines = [{ items: namespaces }, { items: configMaps }].map((list) => JSON.stringify(list))
    expect(await namespacesWithoutCa(site(`${lines.join('\n')}\n`), ca, signal)).toEqual(['b', 'c'])
  })
})

describe('clusterInfoCa', () => {
  it('reads the CA out of cluster-info', async () => {
    const kubeconfig = `clusters: [{ cluster: { certificate-authority-data: ${Buffer.from(leaf).toString('base64')} } }]`
    expect(await clusterInfoCa(site(`${JSON.stringify({ items: [{ data: { kubeconfig } }] })}\n`), signal)).toBe(leaf)
  })

  it('finds none where there is no cluster-info', async () => {
    expect(await clusterInfoCa(site('{"items":[]}\n'), signal)).toBeUndefined()
  })
})
