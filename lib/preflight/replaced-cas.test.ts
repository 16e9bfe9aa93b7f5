import { describe, expect, it } from 'vitest'
import { replaceableCas, type ReplaceableCa } from '../engine/options.ts'
import type { CaFile, ClusterState } from '../model.ts'
import type { SharedFile } from '../pki/assess-shared-certs.ts'
import { replaceableFiles } from '../pki/replaceable-cas.ts'
import { facts, fakeContext, fakeNode, filesShown } from '../testing/fake-node.ts'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { replacedCas, surveyLostCas } from './replaced-cas.ts'

const now = new Date('2026-11-27')
const ca = issueCertificate({ commonName: 'kubernetes' })
const other = issueCertificate({ commonName: 'kubernetes' })
const expired = issueCertificate({ commonName: 'kubernetes', notAfter: new Date('2021-01-01'), key: ca.key })
const whole: Partial<Record<SharedFile, string>> = {
  'ca.crt': ca.certificate,
  'ca.key': ca.publicKey,
  'etcd/ca.crt': ca.certificate,
  'etcd/ca.key': ca.publicKey,
  'front-proxy-ca.crt': ca.certificate,
  'front-proxy-ca.key': ca.publicKey,
}

type Changes = Partial<Record<SharedFile, string | undefined>>

function judge(
  replace: readonly ReplaceableCa[],
  planes: readonly Changes[],
  { known = [], isUnfinished = false }: { readonly known?: readonly string[]; readonly isUnfinished?: boolean } = {},
) {
  const holders = planes.map((changes, index) => ({
    name: `m${index + 1}`,
    files: new Map(
      Object.entries({ ...whole, ...changes }).flatMap(([file, text]) =>
        text === undefined ? [] : [[file as SharedFile, text] as const],
      ),
    ),
  }))
  const machines = [{ name: 'w1', known, trusted: known }]
  return [...replacedCas(replace, { holders, machines, isUnfinished }, now)]
}

const without: Changes = { 'ca.key': undefined }

it.each<[string, readonly Changes[]]>([
  ['whose key is gone everywhere', [without, without]],
  ['beside the key of another', [{ 'ca.key': other.publicKey }, without]],
  ['that differs, and is whole twice', [{}, { 'ca.crt': other.certificate, 'ca.key': other.publicKey }]],
  ['that differs, and whose keys are gone', [without, { 'ca.crt': other.certificate, 'ca.key': undefined }]],
  ['that has expired', [{ 'ca.crt': expired.certificate }]],
  ['of which only the key is left', [{ 'ca.crt': undefined }]],
  ['of which nothing is left', [{ 'ca.crt': undefined, 'ca.key': undefined }]],
])('replaces a CA %s', (_, planes) => {
  expect(judge(['ca'], planes)).toEqual(['ca.crt'])
})

it.each<[string, readonly Changes[], readonly string[], string]>([
  ['everywhere', [{}, {}], [], 'm1, m2'],
  ['on one control plane', [without, {}], [], 'm2'],
  ['in two halves', [without, { 'ca.crt': undefined }], [], 'm2'],
  ['but for the certificate, which others know', [{ 'ca.crt': undefined }], [ca.certificate], 'm1'],
])('refuses to replace one that is whole %s, and says where its key is', (_, planes, known, names) => {
  expect(() => judge(['ca'], planes, { known })).toThrow(
    expect.objectContaining({
      reason: 'nothing-to-replace',
      message: expect.stringMatching(
        new RegExp(`nothing to replace: ca\\.crt .* its key is on ${names}; nothing was changed`),
      ) as string,
    }),
  )
})

it.each(replaceableCas)('knows %s from the others', (name) => {
  const file = replaceableFiles[name]
  const gone = [{ [file.replace(/crt$/, 'key')]: undefined }]
  expect(judge([name], gone)).toEqual([file])
  for (const another of replaceableCas.filter((each) => each !== name))
    expect(() => judge([name, another], gone)).toThrow(`--replace ${another}`)
})

it('leaves the one that a killed repair has made, and goes on with another', () => {
  expect(judge(['ca'], [{}], { isUnfinished: true })).toEqual([])
  expect(judge(['ca', 'etcd-ca'], [{ 'etcd/ca.key': undefined }], { isUnfinished: true })).toEqual(['etcd/ca.crt'])
})

describe('the CA that is lost under a control plane', () => {
  const others = {
    'front-proxy-ca.crt': ca.certificate,
    'front-proxy-ca.key': ca.publicKey,
    'etcd/ca.crt': ca.certificate,
    'etcd/ca.key': ca.publicKey,
  }
  /** What is replaced where the control plane has these shared files, and these manifests are missing. */
  async function replacedWith(files: Readonly<Record<string, string>>, missing: string): Promise<readonly CaFile[]> {
    const there = Object.fromEntries(Object.keys(files).map((file) => [`there:${file}`, 'yes']))
    const node = fakeNode('m1', 'control-plane', {
      'read the shared certificates': filesShown({ ...there, ...files }),
      'find missing manifests of kube-apiserver': missing === '' ? '' : facts({ missing }),
    })
    const host = {
      node,
      facts: { kubeletCas: '', knownCas: [], podCas: [], manifestsDir: '/etc/kubernetes/manifests' },
    }
    const cluster = {
      config: { certificatesDir: '/etc/kubernetes/pki' },
      controlPlanes: [host],
      machines: [host],
      learned: {},
    } as unknown as ClusterState
    await surveyLostCas(cluster, fakeContext([], plain))
    return [...(cluster.learned.replaced ?? [])]
  }

  it('is replaced, with the others that are lost, only after all that runs was stopped', async () => {
    expect(await replacedWith(others, '')).toEqual(['ca.crt'])
    expect(await replacedWith({}, '')).toEqual(['ca.crt', 'front-proxy-ca.crt', 'etcd/ca.crt'])
  })

  it('is made without that where nothing runs, or where it is whole', async () => {
    expect(await replacedWith({}, 'kube-apiserver')).toEqual([])
    expect(await replacedWith({ ...others, 'ca.crt': ca.certificate, 'ca.key': ca.publicKey }, '')).toEqual([])
  })

  it('is the cluster’s own: the loss of etcd’s CA or the front proxy’s alone stops nothing', async () => {
    expect(await replacedWith({ 'ca.crt': ca.certificate, 'ca.key': ca.publicKey }, '')).toEqual([])
  })
})
