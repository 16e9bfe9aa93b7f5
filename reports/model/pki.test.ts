import { expect, test } from 'vitest'
import { goodEvidence } from '../../harness/testing/good-evidence.ts'
import { pkiOf } from './pki.ts'

const fatesOf = (evidence: Readonly<Record<string, unknown>>, path: string) =>
  pkiOf(evidence)
    .flatMap(({ authority, signs }) => [authority, ...signs])
    .find((entry) => entry.path.endsWith(path))
    ?.fates.map(({ fate, nodes }) => `${fate}: ${nodes.join(', ')}`)

/** The good evidence with the settled files of some machines changed. */
function settled(change: (node: string, files: Record<string, string>) => Record<string, string>) {
  const { machines, ...moment } = goodEvidence['identities-settled']
  const changed = machines.map((machine) => ({ ...machine, files: change(machine.node, { ...machine.files }) }))
  return { ...goodEvidence, 'identities-settled': { ...moment, machines: changed } }
}

test('where all was lost, every CA and what it signs is replaced, with its fingerprints', () => {
  const [cluster, ...others] = pkiOf(goodEvidence)
  expect(cluster?.authority).toMatchObject({
    title: 'CA of the cluster',
    before: 'ca.crt:OLD',
    after: 'ca.crt:NEW',
    fates: [{ fate: 'replaced', nodes: ['control-plane', 'worker', 'worker2'] }],
  })
  expect(cluster?.signs.map(({ title }) => title)).toEqual(['API server', 'Administrator', 'Kubelet'])
  expect(others.map(({ authority }) => authority.title)).toEqual(['Service-account key'])
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

test('without two looks, or with something else in their place, there is no picture', () => {
  expect(pkiOf({ 'identities-baseline': goodEvidence['identities-baseline'] })).toEqual([])
  expect(pkiOf({})).toEqual([])
  expect(pkiOf({ 'identities-baseline': 'x', 'identities-settled': { machines: [null, 7, { files: [] }] } })).toEqual(
    [],
  )
})
