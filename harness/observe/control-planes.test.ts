import { expect, test } from 'vitest'
import { ca, publicKey, publicKeyId } from '../../lib/testing/certificates.ts'
import { sharedFingerprintsOf } from './control-planes.ts'

test('reads the fingerprint of every shared file; what is missing or damaged is null', () => {
  expect(
    sharedFingerprintsOf(`== ca.crt\n${ca}== front-proxy-ca.crt\n== etcd/ca.crt\nnonsense\n== sa.pub\n${publicKey}`),
  ).toEqual({
    'ca.crt': expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) as string,
    'front-proxy-ca.crt': null,
    'etcd/ca.crt': null,
    'sa.pub': publicKeyId,
  })
  expect(Object.values(sharedFingerprintsOf(''))).toEqual([null, null, null, null])
})
