import { describe, expect, it } from 'vitest'
import type { RecoveryOptions } from '../engine/options.ts'
import type { SharedFile } from '../pki/assess-shared-certs.ts'
import { facts, fakeContext, fakeNode, filesShown } from '../testing/fake-node.ts'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { plain } from '../testing/kubeadm-config.ts'
import type { CaFile, ClusterState, KeylessCa } from '../model.ts'
import { surveyKeylessCas } from './cas-in-use.ts'

const ca = issueCertificate({ commonName: 'kubernetes' })
const other = issueCertificate({ commonName: 'kubernetes' })
const expired = issueCertificate({ commonName: 'kubernetes', notAfter: new Date('2021-01-01'), key: ca.key })
const leaf = (notAfter: string, by = ca) =>
  issueCertificate({ commonName: 'kube-apiserver', by, notAfter: new Date(notAfter) }).certificate
const whole: Partial<Record<SharedFile, string>> = {
  'front-proxy-ca.crt': other.certificate,
  'front-proxy-ca.key': other.publicKey,
  'etcd/ca.crt': other.certificate,
  'etcd/ca.key': other.publicKey,
}
const signs = ['kube-controller-manager', '--cluster-signing-key-file=/etc/kubernetes/pki/ca.key']
const signsNothing = ['kube-controller-manager', '--cluster-signing-key-file=']

interface Seen {
  /** Of the shared files, by control plane. */
  readonly shared: readonly Partial<Record<SharedFile, string>>[]
  readonly certificates?: Readonly<Record<string, string>>
  readonly onWorker?: Readonly<Record<string, string>>
  readonly ran?: readonly string[]
  readonly manifest?: string
  readonly kubeletCas?: string
  readonly externalCa?: RecoveryOptions['externalCa']
  /** By the operator's word. */
  readonly replaced?: CaFile
  /** An API server runs on. */
  readonly servesApi?: true
}

const noCas = { knownCas: [], podCas: [], manifestsDir: '/etc/kubernetes/manifests' }
const inUse = { '/etc/kubernetes/pki/apiserver.crt': leaf('2028-05-01') }

/** The CAs that are kept without their keys, or the refusal. */
async function surveyed(seen: Seen) {
  const { shared, certificates = {}, onWorker = {}, ran, manifest = '', kubeletCas = '', externalCa = 'detect' } = seen
  const planes = shared.map((files, index) => ({
    node: fakeNode(`m${index + 1}`, 'control-plane', {
      'read the shared certificates': filesShown(
        Object.fromEntries(
          Object.entries({ ...whole, ...files }).flatMap(([file, text]) => [
            [`there:${file}`, 'yes'],
            [file, text],
          ]),
        ),
      ),
      'read the certificates in use': facts({ ...(index === 0 ? certificates : {}), manifest }),
    }),
    facts: { ...noCas, kubeletCas: '', servesApi: seen.servesApi },
    mirrorPodSpecs: new Map(ran ? [['kube-controller-manager', { command: ran }]] : []),
  }))
  const worker = {
    node: fakeNode('w1', 'worker', { 'read the certificates in use': facts(onWorker) }),
    facts: { ...noCas, kubeletCas },
    mirrorPodSpecs: new Map(),
  }
  const learned: { keyless?: ReadonlyMap<CaFile, KeylessCa>; replaced?: ReadonlySet<CaFile> } =
    seen.replaced === undefined ? {} : { replaced: new Set([seen.replaced]) }
  const cluster = {
    config: { certificatesDir: '/etc/kubernetes/pki' },
    controlPlanes: planes,
    machines: [...planes, worker],
    learned,
  } as unknown as ClusterState
  const context = fakeContext([], plain)
  const error = await surveyKeylessCas(cluster, context, externalCa).then(
    () => undefined,
    (reason: unknown) => reason as { message: string; reason: string },
  )
  return { error, kept: learned.keyless ?? new Map<CaFile, KeylessCa>() }
}

describe('a CA without its key is kept', () => {
  it('where a certificate of a control plane is signed by it, with the first that expires anywhere', async () => {
    const path = '/var/lib/kubelet/pki/kubelet-client-current.pem'
    const { error, kept } = await surveyed({
      shared: [{ 'ca.crt': ca.certificate }],
      certificates: inUse,
      onWorker: { [path]: leaf('2028-03-01') },
      ran: signs,
    })
    expect(error).toBeUndefined()
    expect([...kept]).toEqual([
      [
        'ca.crt',
        {
          text: `${ca.certificate.trim()}\n`,
          isExternal: false,
          firstExpiry: { date: new Date('2028-03-01'), path, node: 'w1' },
        },
      ],
    ])
  })

  it('by a kubeconfig too, and beside a key of another', async () => {
    const certificates = { '/etc/kubernetes/admin.conf': leaf('2028-05-01') }
    const { kept } = await surveyed({ shared: [{ 'ca.crt': ca.certificate, 'ca.key': other.publicKey }], certificates })
    expect([...kept.keys()]).toEqual(['ca.crt'])
  })

  it('where its certificate is gone too, kubelets have it, and an API server can go on with what it signed', async () => {
    const lost: Seen = { shared: [{}], kubeletCas: ca.certificate, ran: signs, servesApi: true }
    const { error, kept } = await surveyed({ ...lost, certificates: inUse })
    expect(error).toBeUndefined()
    expect(kept.get('ca.crt')).toMatchObject({ text: ca.certificate, isExternal: false })
    // A kubeconfig alone starts no API server again.
    const certificates = { '/etc/kubernetes/admin.conf': leaf('2028-05-01') }
    expect((await surveyed({ ...lost, certificates })).kept.size).toBe(0)
  })

  it('where another control plane has another certificate that nothing rests on', async () => {
    const shared = [
      { 'ca.crt': ca.certificate },
      { 'ca.crt': issueCertificate({ commonName: 'kubernetes' }).certificate },
    ]
    const { kept } = await surveyed({ shared, certificates: inUse })
    expect(kept.get('ca.crt')?.text.trim()).toBe(ca.certificate.trim())
  })
})

describe('refuses', () => {
  it.each<[string, string, Seen]>([
    ['one in use that has expired', 'ca-expired', { shared: [{ 'ca.crt': expired.certificate }], certificates: inUse }],
    [
      'one in use without its certificate',
      'ca-certificate-missing',
      { shared: [{ 'ca.key': ca.publicKey }], certificates: inUse },
    ],
    [
      'two that are in use',
      'keyless-cas-differ',
      {
        shared: [{ 'ca.crt': ca.certificate }, { 'ca.crt': other.certificate }],
        certificates: { ...inUse, '/etc/kubernetes/admin.conf': leaf('2028-05-01', other) },
      },
    ],
    ['to make one in the place of an external one', 'external-ca-missing', { shared: [{}], ran: signsNothing }],
    ['the same by option', 'external-ca-missing', { shared: [{}], ran: signs, externalCa: 'yes' }],
  ])('%s', async (_, reason, seen) => {
    const { error, kept } = await surveyed(seen)
    expect(error).toMatchObject({ name: 'PreconditionError', reason })
    expect(error?.message).toContain('nothing was changed')
    expect(kept.size).toBe(0)
  })
})

describe('an external CA is kept', () => {
  it.each<[string, Seen]>([
    [
      'by the stored pod, after the loss of all that it signed',
      { shared: [{ 'ca.crt': ca.certificate }], ran: signsNothing },
    ],
    [
      'by the manifest, where that is younger',
      {
        shared: [{ 'ca.crt': ca.certificate }],
        ran: signs,
        manifest: `spec: { containers: [{ name: kube-controller-manager, command: [${signsNothing.join(', ')}] }] }`,
      },
    ],
    ['by option', { shared: [{ 'ca.crt': ca.certificate }], ran: signs, externalCa: 'yes' }],
    [
      'by what kubelets trust, where no control plane has it',
      { shared: [{}], ran: signsNothing, kubeletCas: ca.certificate },
    ],
  ])('%s', async (_, seen) => {
    const { error, kept } = await surveyed(seen)
    expect(error).toBeUndefined()
    expect(kept.get('ca.crt')).toMatchObject({ isExternal: true })
  })
})

describe('nothing is kept, and another may be made,', () => {
  it.each<[string, Seen]>([
    ['where nothing rests on it', { shared: [{ 'ca.crt': ca.certificate }], onWorker: inUse, ran: signs }],
    ['where all is lost', { shared: [{}], ran: signs }],
    ['where the operator says that it was not external', { shared: [{}], ran: signsNothing, externalCa: 'no' }],
    [
      'where its key is there, though nobody signs with it',
      { shared: [{ 'ca.crt': ca.certificate, 'ca.key': ca.publicKey }], ran: signsNothing },
    ],
  ])('%s', async (_, seen) => {
    const { error, kept } = await surveyed(seen)
    expect([error, kept.size]).toEqual([undefined, 0])
  })
})

describe('a CA that is replaced by the word of the operator', () => {
  const gone = { 'ca.crt': ca.certificate, 'etcd/ca.key': ca.publicKey }
  const etcdLeaf = { '/etc/kubernetes/pki/etcd/server.crt': leaf('2028-05-01', other) }

  it.each<[string, Seen]>([
    ['in use and without its key', { shared: [{ 'ca.crt': ca.certificate }], certificates: inUse, ran: signs }],
    ['in use and expired', { shared: [{ 'ca.crt': expired.certificate }], certificates: inUse, ran: signs }],
    ['in use and without its certificate', { shared: [{ 'ca.key': ca.publicKey }], certificates: inUse, ran: signs }],
    [
      'that differs, and each is in use',
      {
        shared: [{ 'ca.crt': ca.certificate }, { 'ca.crt': other.certificate }],
        certificates: { ...inUse, '/etc/kubernetes/admin.conf': leaf('2028-05-01', other) },
        ran: signs,
      },
    ],
    [
      'of a cluster that is not to have an external one any more',
      { shared: [{ 'ca.crt': ca.certificate }], certificates: inUse, ran: signsNothing, externalCa: 'no' },
    ],
  ])('%s is not kept', async (_, seen) => {
    const { error, kept } = await surveyed({ ...seen, replaced: 'ca.crt' })
    expect([error, kept.size]).toEqual([undefined, 0])
  })

  it('does not take others with it', async () => {
    const certificates = { ...inUse, ...etcdLeaf }
    const { kept } = await surveyed({ shared: [gone], certificates, ran: signs, replaced: 'ca.crt' })
    expect([...kept.keys()]).toEqual(['etcd/ca.crt'])
  })

  it.each<[string, Seen]>([
    ['by its controller managers', { shared: [{ 'ca.crt': ca.certificate }], certificates: inUse, ran: signsNothing }],
    ['by option', { shared: [{ 'ca.crt': ca.certificate }], certificates: inUse, ran: signs, externalCa: 'yes' }],
  ])('is refused where it is external %s', async (_, seen) => {
    const { error } = await surveyed({ ...seen, replaced: 'ca.crt' })
    expect(error).toMatchObject({ name: 'PreconditionError', reason: 'external-ca-replaced' })
  })
})

it.each<[string, Seen]>([
  ['expired', { shared: [{ 'ca.crt': expired.certificate }], certificates: inUse }],
  ['without its certificate', { shared: [{ 'ca.key': ca.publicKey }], certificates: inUse }],
  [
    'different',
    {
      shared: [{ 'ca.crt': ca.certificate }, { 'ca.crt': other.certificate }],
      certificates: { ...inUse, '/etc/kubernetes/admin.conf': leaf('2028-05-01', other) },
    },
  ],
])('where it is %s, the refusal names the command that replaces it', async (_, seen) => {
  expect((await surveyed(seen)).error?.message).toContain('drill recover RUN --replace ca (')
})
