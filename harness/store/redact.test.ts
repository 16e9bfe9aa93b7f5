import { describe, expect, test } from 'vitest'
import { plantedSecrets } from '../model/planted-secrets.ts'
import { redact, redactedJson, redactedLines, secretsIn } from './redact.ts'

const pem = ['-----BEGIN RSA', `PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----`].join(' ')
const jwt = `eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJpc3MiOiJodHRwczovL2t1YmVybmV0ZXMifQ.${'c2lnbmF0dXJl'.repeat(4)}`
const samples: Record<string, string> = {
  'private key': `before ${pem} after`,
  'kubeconfig key data': 'client-key-data: TUlJRW93SUJBQUtDQVFFQQ==',
  'base64 of a PEM private key': `x: ${Buffer.from(pem).toString('base64')}`,
  'JSON web token': `Authorization: Bearer ${jwt}`,
  'bootstrap token': 'kubeadm join --token abcdef.0123456789abcdef host',
  'generated password': `PGPASSWORD=${plantedSecrets.password}0123456789abcdef01234567 psql`,
  'certificate key': `--certificate-key ${'0a'.repeat(32)}`,
}

describe('secrets', () => {
  test.each(Object.entries(samples))('%s is found and withheld', (name, text) => {
    expect(secretsIn(text)).toContain(name)
    expect(secretsIn(redact(text))).toEqual([])
    expect(redact(text)).toContain('[withheld]')
  })

  test('each of the three alignments of base64 is found', () => {
    for (const padding of ['', ' ', '  ']) {
      const text = Buffer.from(`-----BEGIN ${padding}PRIVATE KEY-----${'A'.repeat(40)}`).toString('base64')
      expect(secretsIn(text), padding).toContain('base64 of a PEM private key')
    }
  })

  test('a key that is cut off leaves the document around it whole', () => {
    const text = redactedJson({ a: '-----BEGIN RSA PRIVATE KEY-----\nMII cut', b: [1, { c: jwt }] })
    expect(JSON.parse(text)).toEqual({ a: '[withheld]', b: [1, { c: '[withheld]' }] })
  })

  test('line by line, a key is withheld with all its lines, and the lines after it are seen again', () => {
    const clean = redactedLines()
    const key = ['-----BEGIN PRIVATE KEY-----', 'MIIEvQIBADANBgkqhkiG', '-----END PRIVATE KEY-----']
    expect(['before', ...key, 'after'].map(clean)).toEqual(['before', '[withheld]', undefined, undefined, 'after'])
  })

  // A search that is quadratic takes half a minute for this, and the process of a repair does nothing else meanwhile.
  test('a long answer in base64 is searched in one go', () => {
    const text = Buffer.from('{"a":{"b":"c"}},'.repeat(150_000)).toString('base64')
    expect(text.split('eyJ').length).toBeGreaterThan(10_000)
    expect(secretsIn(text)).toEqual([])
  })

  test('certificates, names and digests are left alone', () => {
    const text = [
      '-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----',
      'registry.k8s.io/kube-proxy:v1.36.4 sha256:0123456789abcdef0123456789abcdef',
      'drill-abcdef12-control-plane 10.244.1.3 coredns-abcde.0123456789abcdef.slice',
    ].join('\n')
    expect(secretsIn(text)).toEqual([])
    expect(redact(text)).toBe(text)
  })
})
