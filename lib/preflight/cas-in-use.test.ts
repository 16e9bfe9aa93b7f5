import { describe, expect, it } from 'vitest'
import type { ClusterState } from '../model.ts'
import type { UnusableCa } from '../pki/assess-shared-certs.ts'
import { facts, fakeNode } from '../testing/fake-node.ts'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { refuseUnusableCas } from './cas-in-use.ts'

const ca = issueCertificate({ commonName: 'kubernetes' })
const other = issueCertificate({ commonName: 'kubernetes' })
const leaf = (notAfter: string, by = ca) =>
  issueCertificate({ commonName: 'kube-apiserver', by, notAfter: new Date(notAfter) }).certificate
const signal = new AbortController().signal

/** What a refusal says about this CA, given the certificates of a control plane and of a worker. */
async function refused(
  unusable: readonly UnusableCa[],
  onControlPlane: Readonly<Record<string, string>>,
  onWorker: Readonly<Record<string, string>> = {},
) {
  const host = (name: string, role: 'control-plane' | 'worker', certificates: Readonly<Record<string, string>>) => ({
    node: fakeNode(name, role, { 'read the certificates in use': facts(certificates) }),
  })
  const [m1, w1] = [host('m1', 'control-plane', onControlPlane), host('w1', 'worker', onWorker)]
  const config = { certificatesDir: '/etc/kubernetes/pki' }
  const cluster = { config, controlPlanes: [m1], machines: [m1, w1] } as unknown as ClusterState
  return refuseUnusableCas(cluster, unusable, signal).then(
    () => undefined,
    (error: unknown) => error as { message: string; reason: string },
  )
}

const keyless: UnusableCa = { file: 'ca.crt', problem: 'key missing', publics: [ca.certificate] }
const inUse = { '/etc/kubernetes/pki/apiserver.crt': leaf('2028-05-01') }

it('says what it means, until when all is well, and what to do', async () => {
  const kubelet = { '/var/lib/kubelet/pki/kubelet-client-current.pem': leaf('2028-03-01') }
  const error = await refused([keyless], inUse, kubelet)
  expect(error).toMatchObject({ name: 'PreconditionError', reason: 'ca-key-missing' })
  expect(error?.message).toBe(
    'ca.key is on no control plane, and ca.crt is in use; nothing was changed: all works on until certificates expire, ' +
      'the first on 2028-03-01 (/var/lib/kubelet/pki/kubelet-client-current.pem on w1), but nothing new can be signed; ' +
      'bring ca.key back to /etc/kubernetes/pki on a control plane, from a backup or from where it is kept, and start again',
  )
})

describe('refuses', () => {
  it.each<[UnusableCa, string]>([
    [{ file: 'etcd/ca.crt', problem: 'key missing', publics: [ca.certificate] }, 'ca-key-missing'],
    [{ file: 'front-proxy-ca.crt', problem: 'expired', publics: [ca.certificate] }, 'ca-expired'],
    // As of a key whose certificate is gone.
    [{ file: 'ca.crt', problem: 'certificate missing', publics: [ca.key] }, 'ca-certificate-missing'],
  ])('%j', async (unusable, reason) => {
    expect(await refused([unusable], inUse)).toMatchObject({ reason })
  })

  it('by a kubeconfig too', async () => {
    expect(await refused([keyless], { '/etc/kubernetes/admin.conf': leaf('2028-05-01') })).toBeDefined()
  })
})

describe('does not refuse', () => {
  it.each([
    ['where no certificate is left on a control plane', {}, inUse],
    [
      'where those that are there are of another CA',
      { '/etc/kubernetes/pki/apiserver.crt': leaf('2028-05-01', other) },
      {},
    ],
    ['where a certificate cannot be read', { '/etc/kubernetes/pki/apiserver.crt': 'truncated' }, {}],
  ])('%s', async (_, onControlPlane, onWorker) => {
    expect(await refused([keyless], onControlPlane, onWorker)).toBeUndefined()
  })

  it('and asks nobody, where every CA is whole or lost altogether', async () => {
    expect(await refused([], inUse)).toBeUndefined()
  })
})
