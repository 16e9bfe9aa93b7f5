import { expect, test } from 'vitest'
import { ca, leaf, otherCa } from '../../lib/testing/certificates.ts'
import { authoritiesIn, certificatesSchema, seenCertificates } from './certificates.ts'

const said = `== /etc/kubernetes/pki/ca.crt\n${ca}== /var/lib/kubelet/pki/kubelet-client-current.pem\n${leaf}`
const at = (text: string, known: readonly string[]) =>
  seenCertificates(text, known).map(({ path, subject, keyId, signedBy }) => ({ path, subject, keyId, signedBy }))

test('whose each certificate is, and by which CA’s key it was signed', () => {
  const [authority, kubelet] = at(said, [otherCa, ca])
  expect(authority).toMatchObject({ path: '/etc/kubernetes/pki/ca.crt', subject: 'CN=kubernetes' })
  expect(authority?.signedBy).toBe(authority?.keyId)
  expect(kubelet?.subject).toBe('O=system:nodes, CN=system:node:master-1')
  expect(kubelet?.signedBy).toBe(authority?.keyId)
  expect(kubelet?.keyId).not.toBe(authority?.keyId)
  expect(
    certificatesSchema.shape.machines.parse([{ node: 'n', certificates: seenCertificates(said, [ca]) }]),
  ).toBeTruthy()
})

test('a CA of the same name is not taken for the signer, and one that is not known is nobody', () => {
  expect(at(`== leaf\n${leaf}`, [otherCa])[0]?.signedBy).toBeNull()
  expect(at(`== leaf\n${leaf}`, [])[0]?.signedBy).toBeNull()
})

test('only a CA is taken for an authority; what is truncated or no certificate is left out', () => {
  expect(authoritiesIn(said)).toEqual([ca.trim()])
  expect(at(`== a\n${ca.slice(0, 90)}\n== b\nnothing\n== c\n${leaf}`, [ca]).map(({ path }) => path)).toEqual(['c'])
  expect(at('', [])).toEqual([])
})
