import { expect, test } from 'vitest'
import { goodEvidence as judged } from '../../harness/testing/good-evidence.ts'
import { reportEvidence } from '../../harness/testing/report-evidence.ts'
import { pkiOf } from './pki.ts'

const goodEvidence = { ...judged, ...reportEvidence }
const entryAt = (evidence: Readonly<Record<string, unknown>>, path: string) =>
  pkiOf(evidence)
    .trees.flatMap(({ authority, signs }) => [...(authority ? [authority] : []), ...signs])
    .find((entry) => entry.path.endsWith(path))
const fatesOf = (evidence: Readonly<Record<string, unknown>>, path: string) =>
  entryAt(evidence, path)?.fates.map(({ fate, nodes }) => `${fate}: ${nodes.join(', ')}`)

/** The good evidence with the settled files of some machines changed. */
function settled(change: (node: string, files: Record<string, string>) => Record<string, string>) {
  const { machines, ...moment } = goodEvidence['identities-settled']
  const changed = machines.map((machine) => ({ ...machine, files: change(machine.node, { ...machine.files }) }))
  return { ...goodEvidence, 'identities-settled': { ...moment, machines: changed } }
}

test('where all was lost, every CA and what it signs is replaced, with its fingerprints', () => {
  const [cluster, ...others] = pkiOf(goodEvidence).trees
  expect(cluster?.authority).toMatchObject({
    title: 'CA of the cluster',
    before: 'ca.crt:OLD',
    after: 'ca.crt:NEW',
    fates: [{ fate: 'replaced', nodes: ['control-plane', 'worker', 'worker2'] }],
  })
  expect(cluster?.signs.map(({ title }) => title)).toEqual(['API server', 'Administrator', 'Kubelet'])
  expect(others.map(({ authority }) => authority?.title)).toEqual(['Service-account key'])
  expect(fatesOf(goodEvidence, 'that signed them')).toEqual(['replaced: worker, worker'])
})

test('another certificate of the same key is extended, on the workers too, which have no key', () => {
  const evidence = settled((_node, files) =>
    '/etc/kubernetes/pki/ca.key' in files
      ? { ...files, '/etc/kubernetes/pki/ca.key': '/etc/kubernetes/pki/ca.key old' }
      : files,
  )
  expect(fatesOf(evidence, 'pki/ca.crt')).toEqual(['extended: control-plane, worker, worker2'])
})

test('kept, gone and new are told apart, machine by machine', () => {
  const kubelet = '/var/lib/kubelet/pki/kubelet-client-current.pem'
  const evidence = settled((node, files) => {
    const others = Object.fromEntries(Object.entries(files).filter(([path]) => path !== kubelet))
    const kept = node === 'worker' ? { [kubelet]: `${kubelet} old` } : {}
    return { ...others, ...kept, '/etc/kubernetes/scheduler.conf': 'new' }
  })
  expect(fatesOf(evidence, kubelet)).toEqual(['gone: control-plane, worker2', 'kept: worker'])
  expect(fatesOf(evidence, 'scheduler.conf')).toEqual(['new: control-plane, worker, worker2'])
})

type Certificates = (typeof goodEvidence)['certificates-settled']
/** The good evidence with some certificates after the repair changed. */
function signed(change: (one: Certificates['machines'][number]['certificates'][number], node: string) => object) {
  const { machines, ...moment } = goodEvidence['certificates-settled']
  const changed = machines.map(({ node, certificates }) => ({
    node,
    certificates: certificates.map((one) => ({ ...one, ...change(one, node) })),
  }))
  return { ...goodEvidence, 'certificates-settled': { ...moment, machines: changed } }
}
const [oldKey, newKey] = ['old-ca-key', 'new-ca-key'].map((id) => id.padEnd(64, '0')) as [string, string]

test('who has signed what, by the recorded signatures: the old CA before, the new one after', () => {
  const { trees, recorded } = pkiOf(goodEvidence)
  expect(recorded).toBe(true)
  expect(trees[0]?.keys).toEqual({ before: [oldKey.slice(0, 8)], after: [newKey.slice(0, 8)] })
  expect(entryAt(goodEvidence, 'apiserver.crt')).toMatchObject({
    subjects: ['CN=kube-apiserver'],
    validTo: '2027-11-24',
    signatures: [{ before: 'old-ca-k', after: 'new-ca-k', stale: false, nodes: ['control-plane'] }],
  })
  expect(entryAt(goodEvidence, 'kubelet-client-current.pem')?.subjects).toHaveLength(3)
})

test('a certificate that the replaced CA has signed is told from the others, machine by machine', () => {
  const evidence = signed(({ path, signedBy }, node) => ({
    signedBy: path.endsWith('.pem') && node === 'worker' ? oldKey : signedBy,
  }))
  const signatures = entryAt(evidence, 'kubelet-client-current.pem')?.signatures
  expect(signatures?.map(({ stale, nodes }) => [stale, nodes])).toContainEqual([true, ['worker']])
  expect(signatures?.filter(({ stale }) => !stale).flatMap(({ nodes }) => nodes)).toEqual(['control-plane', 'worker2'])
})

test('what another CA has signed stands below none of the cluster’s, and in a CA that was kept nothing is stale', () => {
  const foreign = signed(({ path, signedBy }) => ({ signedBy: path.endsWith('apiserver.crt') ? null : signedBy }))
  const before = { ...goodEvidence['certificates-baseline'] }
  const foreignBefore = {
    ...foreign,
    'certificates-baseline': {
      ...before,
      machines: before.machines.map(({ node, certificates }) => ({
        node,
        certificates: certificates.filter(({ path }) => !path.endsWith('apiserver.crt')),
      })),
    },
  }
  const other = pkiOf(foreignBefore).trees.find(({ authority }) => authority === undefined)
  expect(other?.signs.map(({ title }) => title)).toEqual(['API server'])
  const kept = { ...goodEvidence, 'certificates-settled': { ...before, atMs: before.atMs + 1 } }
  expect(entryAt(kept, 'apiserver.crt')?.signatures).toMatchObject([{ stale: false }])
})

test('a run of before, which did not record who signs, is drawn by kubeadm’s layout', () => {
  const { trees, recorded } = pkiOf(judged)
  expect(recorded).toBe(false)
  expect(trees[0]?.signs.map(({ title }) => title)).toEqual(['API server', 'Administrator', 'Kubelet'])
  expect(trees.flatMap(({ signs }) => signs.flatMap(({ signatures }) => signatures))).toEqual([])
})

test('without two looks, or with something else in their place, there is no picture', () => {
  expect(pkiOf({ 'identities-baseline': goodEvidence['identities-baseline'] }).trees).toEqual([])
  expect(pkiOf({}).trees).toEqual([])
  const spoilt = { 'identities-baseline': 'x', 'identities-settled': { machines: [null, 7, { files: [] }] } }
  expect(pkiOf(spoilt).trees).toEqual([])
  const odd = {
    ...goodEvidence,
    'certificates-baseline': 7,
    'certificates-settled': { machines: [{ certificates: [null] }] },
  }
  expect(pkiOf(odd).trees.length).toBeGreaterThan(0)
})
