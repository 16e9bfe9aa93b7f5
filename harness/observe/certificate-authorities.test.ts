import { expect, test } from 'vitest'
import { ca, publicKey, publicKeyId } from '../../lib/testing/certificates.ts'
import { usesIn } from './certificate-authorities.ts'

test('reads who uses what; what is truncated or no certificate is not listed', () => {
  const said = `== ca.crt pki/ca.crt\n${ca}== etcd/ca.crt pki/etcd/ca.crt\n${ca.slice(0, 80)}\n== sa.pub pki/sa.pub\n${publicKey}== ca.crt kubelet.conf\n${ca}\n== other pki/other\n${ca}`
  const fingerprint = expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) as string
  expect(usesIn(said)).toEqual([
    { file: 'ca.crt', by: 'pki/ca.crt', fingerprint },
    { file: 'sa.pub', by: 'pki/sa.pub', fingerprint: publicKeyId },
    { file: 'ca.crt', by: 'kubelet.conf', fingerprint },
  ])
  expect(usesIn('')).toEqual([])
})
