import { generateKeyPairSync } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { leavingSecrets } from './leaving-secrets.ts'
import { plantedSecrets } from '../model/planted-secrets.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64')
const conf = (key: string) => `users: [{ user: { client-key-data: ${base64(key)} } }]`

test.each([
  ['as it is', privateKey],
  ['in an answer of a script', `signing ${base64(privateKey)}\n`],
  ['in a kubeconfig in such an answer', `admin.conf ${base64(conf(privateKey))}\n`],
  ['among compressed bytes of a database', base64(gzipSync(`${base64(`\0\x12${privateKey}`)}\n`))],
])('a private key is found %s', (_, output) => expect(leavingSecrets(output)).toContain('private key'))

test('a planted secret is found in bytes of a database', () => {
  expect(leavingSecrets(base64(`\x01\x02${plantedSecrets.etcd}\x03`))).toEqual(['planted secret (etcd)'])
})

test('what may leave a machine is none: public halves, pods, the header of a token', () => {
  const header = base64(JSON.stringify({ alg: 'RS256', kid: 'x'.repeat(43) }))
  const pod = JSON.stringify({ spec: { env: [{ value: plantedSecrets.environment }] } })
  for (const output of [publicKey, conf(publicKey), `admin.conf ${base64(conf(publicKey))}`, header, base64(pod)])
    expect(leavingSecrets(output)).toEqual([])
})
