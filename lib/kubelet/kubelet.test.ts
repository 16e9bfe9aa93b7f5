import { expect, test } from 'vitest'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { belongsTo, type KubeletState } from './kubelet.ts'

const authority = issueCertificate({ commonName: 'kubernetes' })
const ca = authority.certificate
const other = issueCertificate({ commonName: 'kubernetes' })
const node = { commonName: 'system:node:w1' }
const whole: KubeletState = {
  trustedCa: ca,
  callersCa: ca,
  clientCertificate: issueCertificate({ ...node, by: authority }).certificate,
  restartPending: false,
  startedAt: 1_790_000_000,
}
const now = new Date('2027-01-01')

test.each<[string, Partial<KubeletState>, boolean]>([
  ['one that was never restarted since it joined', {}, true],
  ['one whose client CA file an operator extended', { callersCa: `${other.certificate}\n${ca}` }, true],
  ['one that was given files and not restarted', { restartPending: true }, false],
  // New certificates would not start it.
  ['one that an operator stopped', { startedAt: 0 }, true],
  ['one that trusts a bundle', { trustedCa: `${other.certificate}\n${ca}` }, true],
  ['one that lost kubelet.conf', { trustedCa: '' }, false],
  ['one that trusts another CA', { trustedCa: other.certificate }, false],
  ['one that accepts callers of another CA only', { callersCa: other.certificate }, false],
  ['one that lost its client certificate', { clientCertificate: '' }, false],
  [
    'one whose client certificate expired',
    { clientCertificate: issueCertificate({ ...node, by: authority, notAfter: new Date('2021-01-01') }).certificate },
    false,
  ],
])('%s: its certificates are of the CA: %#', (_, change, expected) => {
  expect(belongsTo(ca, { ...whole, ...change }, now)).toBe(expected)
})
