import { describe, expect, it } from 'vitest'
import { certificatesIn } from './pem.ts'
import type { ClusterState } from '../model.ts'
import { addedCa, ca, otherCa } from '../testing/certificates.ts'
import { apiAnswer, fakeNode, type Answer } from '../testing/fake-node.ts'
import { namespacesWithoutCa, withoutPredecessors } from './cluster-ca.ts'

const signal = new AbortController().signal
const cluster = (answer: Answer) => {
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
    const answer = apiAnswer({ items: namespaces }, { items: configMaps })
    expect(await namespacesWithoutCa(cluster(answer), ca, signal)).toEqual(['b', 'c'])
  })
})
