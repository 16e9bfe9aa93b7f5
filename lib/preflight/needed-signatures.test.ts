import { describe, expect, it } from 'vitest'
import { parseKubeadmConfig } from '../kubeadm/kubeadm-config.ts'
import type { ClusterState, KeylessCa } from '../model.ts'
import { kubeconfigs, leafCerts } from '../pki/assess-leaf-certs.ts'
import { facts, fakeContext, fakeNode, filesShown } from '../testing/fake-node.ts'
import { issueCertificate, shown } from '../testing/issue-certificate.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { kubeconfigOf } from '../testing/kubeconfig.ts'
import { describeKeyless, refuseLostKeys, refuseSignatures, reportKeyless } from './needed-signatures.ts'

const { signal } = new AbortController()
const ca = issueCertificate({ commonName: 'kubernetes' })
const users: Readonly<Record<string, string>> = {
  'kubelet.conf': 'system:node:m1',
  'controller-manager.conf': 'system:kube-controller-manager',
  'scheduler.conf': 'system:kube-scheduler',
}
const issued = Object.fromEntries([
  ...['ca.crt', 'front-proxy-ca.crt', 'etcd/ca.crt'].map((file) => [file, ca.certificate]),
  ...leafCerts.flatMap(([file]) => {
    const { certificate, publicKey } = issueCertificate({ commonName: file, addresses: ['10.0.0.1'], by: ca })
    return [
      [file, certificate],
      [file.replace(/crt$/, 'key'), publicKey],
    ]
  }),
  ...kubeconfigs.map((file) => [
    file,
    kubeconfigOf(ca.certificate, shown(issueCertificate({ commonName: users[file] ?? 'somebody', by: ca }))),
  ]),
  ...['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((file) => [file, 'yes']),
]) as Record<string, string>
const firstExpiry = { date: new Date('2028-03-01'), path: '/etc/kubernetes/pki/apiserver.crt', node: 'm1' }
const lost: KeylessCa = { text: ca.certificate, isExternal: false, firstExpiry }
const external: KeylessCa = { ...lost, isExternal: true }

interface Seen {
  readonly kept?: KeylessCa
  /** Of the files on the control plane; '' for a lost one. */
  readonly changes?: Readonly<Record<string, string>>
  readonly worker?: Readonly<Record<string, string>>
  readonly withoutManifest?: boolean
  readonly restarts?: boolean
  readonly signingKey?: string
}

const own = { 'trusted-ca': ca.certificate, 'callers-ca': ca.certificate }
const workerLeaf = issueCertificate({ commonName: 'system:node:w1', by: ca }).certificate

function clusterOf({ kept = lost, changes = {}, worker, withoutManifest, restarts, signingKey }: Seen): ClusterState {
  const m1 = {
    node: fakeNode('m1', 'control-plane', {
      'read the leaf certificates': filesShown({ ...issued, ...changes }),
      'find the keys of CAs': '',
      'find missing manifests of kube-controller-manager': withoutManifest
        ? facts({ missing: 'kube-controller-manager' })
        : '',
    }),
    address: '10.0.0.1',
    facts: { manifestsDir: '/etc/kubernetes/manifests' },
    mirrorPodSpecs: new Map([
      [
        'kube-controller-manager',
        { command: [`--cluster-signing-key-file=${signingKey ?? '/etc/kubernetes/pki/ca.key'}`] },
      ],
    ]),
  }
  const w1 = {
    node: fakeNode('w1', 'worker', {
      'read the identity of kubelet': facts({ ...own, 'client-certificate': workerLeaf, 'started-at': '1', ...worker }),
      'check for a staged kubeconfig': '',
    }),
    address: '10.0.0.2',
    facts: { clientCaFile: '/etc/kubernetes/pki/ca.crt' },
    mirrorPodSpecs: new Map(),
  }
  return {
    config: parseKubeadmConfig(plain),
    controlPlanes: [m1],
    workers: [w1],
    machines: [m1, w1],
    first: m1,
    learned: { keyless: new Map([['ca.crt', kept]]), ...(restarts ? { restartsControllerManagers: true } : {}) },
  } as unknown as ClusterState
}

const refused = (seen: Seen) =>
  refuseSignatures(clusterOf(seen), new AbortController().signal).then(
    () => undefined,
    (error: unknown) => error as { reason: string; message: string },
  )

describe('goes on where nothing must be signed', () => {
  it.each<[string, Seen]>([
    ['all is there', {}],
    ['the copy of ca.crt is lost or damaged', { changes: { 'ca.crt': 'damaged' } }],
    ['a manifest is to be staged', { changes: { 'kube-scheduler': '' } }],
    ['what another CA signs is lost', { changes: { 'front-proxy-client.crt': '' } }],
    [
      'a controller manager that signs nothing is started again',
      { kept: external, signingKey: '', withoutManifest: true, restarts: true },
    ],
  ])('%s', async (_, seen) => {
    expect(await refused(seen)).toBeUndefined()
  })
})

describe('refuses, and names what needs the key', () => {
  it.each<[string, Seen, string]>([
    ['a kubeconfig', { changes: { 'scheduler.conf': '' } }, '/etc/kubernetes/scheduler.conf on m1 (missing)'],
    ['a certificate', { changes: { 'apiserver.crt': '' } }, '/etc/kubernetes/pki/apiserver.crt on m1 (missing)'],
    [
      "a worker's kubelet",
      { worker: { 'client-certificate': '' } },
      '/var/lib/kubelet/pki/kubelet-client-current.pem on w1 (no identity of this CA)',
    ],
    [
      'a controller manager whose manifest is lost',
      { withoutManifest: true },
      'kube-controller-manager on m1 (it does not start without the key)',
    ],
    [
      'one that must load another service-account key',
      { restarts: true },
      'kube-controller-manager on m1 (it does not start without the key)',
    ],
  ])('%s', async (_, seen, words) => {
    const error = await refused(seen)
    expect(error?.reason).toBe('ca-key-missing')
    expect(error?.message).toContain(`it is needed for ${words}; what runs works on until`)
    expect(error?.message).toContain('the first on 2028-03-01 (/etc/kubernetes/pki/apiserver.crt on m1)')
  })

  it('with the requests, where somebody outside signs', async () => {
    const error = await refused({ kept: external, changes: { 'scheduler.conf': '' } })
    expect(error?.reason).toBe('external-ca-must-sign')
    expect(error?.message).toContain('/etc/kubernetes/scheduler.conf on m1 (missing): CN=system:kube-scheduler;')
  })
})

it('names the command by which an operator has CAs replaced whose keys are lost', async () => {
  const { learned, ...cluster } = clusterOf({})
  const both = new Map([...(learned.keyless ?? []), ['etcd/ca.crt', lost] as const])
  const refusal = (keyless: ClusterState['learned']['keyless']) =>
    refuseLostKeys({ ...cluster, learned: { ...learned, ...(keyless ? { keyless } : {}) } }, signal)
  await expect(refusal(learned.keyless)).rejects.toThrow(
    'have a new CA made in its place: drill recover RUN --replace ca (',
  )
  await expect(refusal(both)).rejects.toThrow(
    'have new CAs made in their place: drill recover RUN --replace ca,etcd-ca (',
  )
})

it('a lost key alone is refused, with what it means; that of an external CA is no loss', async () => {
  await expect(refuseLostKeys(clusterOf({}), signal)).rejects.toThrow(
    'ca.key is on no control plane, and ca.crt is in use; nothing was changed: nothing else is lost or damaged; all works on ' +
      'until certificates expire, the first on 2028-03-01 (/etc/kubernetes/pki/apiserver.crt on m1), but nothing new can be ' +
      'signed, and a kube-controller-manager that is restarted does not come up without ca.key; bring ca.key back to ' +
      '/etc/kubernetes/pki on a control plane, from a backup or from where it is kept, and start again; where it is elsewhere ' +
      'on purpose, say --external-ca yes',
  )
  await expect(refuseLostKeys(clusterOf({ kept: external }), signal)).resolves.toBeUndefined()
})

it('says that nothing runs on where a repair with --replace was killed', async () => {
  const cluster = clusterOf({})
  const stopped = { ...cluster.first, facts: { ...cluster.first.facts, isStopped: true } }
  await expect(refuseLostKeys({ ...cluster, controlPlanes: [stopped] }, signal)).rejects.toThrow(
    'the API is away: a repair with --replace was killed after it had stopped the control plane on m1; run it again with the same --replace',
  )
})

it('plan and result name it', () => {
  const reason =
    'ca.key is lost: nothing new can be signed, and the first certificate expires on 2028-03-01 (/etc/kubernetes/pki/apiserver.crt on m1)'
  expect(describeKeyless(clusterOf({}))).toEqual([
    { node: 'cluster', action: 'keep ca.crt, and sign nothing by it', reason },
  ])
  const context = fakeContext([], plain)
  reportKeyless(clusterOf({}), context)
  expect(context.events).toEqual([
    {
      type: 'ca.kept-without-key',
      file: 'ca.crt',
      isExternal: false,
      firstExpiry: '2028-03-01T00:00:00.000Z',
      reason,
    },
  ])
})
