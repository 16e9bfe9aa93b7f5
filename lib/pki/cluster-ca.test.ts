import { describe, expect, it } from 'vitest'
import { certificatesIn } from './pem.ts'
import type { ClusterState } from '../model.ts'
import { addedCa, ca, otherCa } from '../testing/certificates.ts'
import { apiAnswer, fakeNode, type Answer } from '../testing/fake-node.ts'
import { clientsMayBeRejected, namespacesWithoutCa, withoutPredecessors } from './cluster-ca.ts'

const signal = new AbortController().signal
const cluster = (answer: Answer, specs: readonly (readonly [string, object])[] = []) => {
  const node = fakeNode('m1', 'control-plane', { 'get *': answer })
  const first = { node, address: '10.0.0.1', mirrorPodSpecs: new Map(specs) }
  return { first, config: { bindPort: 6443, certificatesDir: '/etc/kubernetes/pki' } } as unknown as ClusterState
}
const published = (file: string) => [['kube-controller-manager', { command: [`--root-ca-file=${file}`] }]] as const

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

  it('finds those with another CA only, and not those that are going', async () => {
    const namespaces = [...['a', 'b', 'c', 'e'].map((name) => namespace(name)), namespace('d', 'Terminating')]
    const configMaps = [
      configMap('a', { 'ca.crt': ca }),
      configMap('b', { 'ca.crt': otherCa }),
      configMap('d', { 'ca.crt': otherCa }),
      configMap('e', { 'ca.crt': `${addedCa}${ca}` }),
    ]
    const answer = apiAnswer({ items: namespaces }, { items: configMaps })
    expect(await namespacesWithoutCa(cluster(answer), ca, signal)).toEqual(['b'])
  })

  it('asks nobody where an operator chose what pods are given', async () => {
    const specs = published('/etc/kubernetes/pki/public-root.crt')
    expect(await namespacesWithoutCa(cluster(new Error('asked'), specs), ca, signal)).toEqual([])
  })
})

describe('clientsMayBeRejected', () => {
  const whole = { recordedCas: [], kubeletCas: ca, podCas: [ca] }
  const may = (facts: object, specs: readonly (readonly [string, object])[] = [], created: string[] = []) => {
    const learned = { created: new Set(created), watchStartedAtMs: 0, ca }
    const machine = { facts: { ...whole, ...facts } }
    return clientsMayBeRejected({ ...cluster('', specs), learned, machines: [machine] } as unknown as ClusterState)
  }

  it.each([
    ['nothing is wrong', {}, false],
    ['an operator added a CA for callers of kubelet', { knownCas: [ca, addedCa] }, false],
    ['bundles hold more than the CA', { kubeletCas: `${addedCa}${ca}`, podCas: [ca, `${ca}${otherCa}`] }, false],
    ['a control plane has lost kubelet.conf', { kubeletCas: '' }, false],
    ['a kubelet trusts another CA', { kubeletCas: otherCa }, true],
    ['a pod trusts another CA', { podCas: [ca, otherCa] }, true],
    ['an unfinished repair recorded another CA', { recordedCas: [ca, otherCa] }, true],
  ])('%s: %j', async (_, facts, expected) => expect(await may(facts)).toBe(expected))

  it.each([
    [['ca.crt', 'ca.key'], true],
    [['sa.key', 'sa.pub'], true],
    [['etcd/ca.crt', 'etcd/ca.key', 'front-proxy-ca.crt', 'front-proxy-ca.key'], false],
  ])('%j was created: %s', async (created, expected) => expect(await may({}, [], created)).toBe(expected))

  it('does not judge pods by the cluster’s CA where they are given another', async () => {
    expect(await may({ podCas: [addedCa] }, published('/srv/root.crt'))).toBe(false)
    expect(await may({ podCas: [addedCa] }, published('/etc/kubernetes/pki/ca.crt'))).toBe(true)
  })
})
