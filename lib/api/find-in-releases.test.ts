import { execFileSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { ClusterState } from '../model.ts'
import { caNeedles } from '../pki/lost-trust.ts'
import { marksFunction } from '../shell/marks.ts'
import { facts, fakeNode } from '../testing/fake-node.ts'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { findInReleases, releaseFunctions } from './find-in-releases.ts'

const [old, present] = ['kubernetes', 'kubernetes'].map((commonName) => issueCertificate({ commonName }).certificate)
const base64 = (data: string | Buffer) => Buffer.from(data).toString('base64')
/** As Helm packs it (helm, pkg/storage/driver/util.go). */
const packed = (release: object) => base64(gzipSync(JSON.stringify(release)))

/** What the functions find in a list as the API sends it. */
function found(items: readonly (readonly [name: string, release: string])[]): string[] {
  const list = {
    kind: 'SecretList',
    items: items.map(([name, release]) => ({ metadata: { name, namespace: 'shop' }, data: { release } })),
  }
  const script = `set -euo pipefail
needles=$1
${releaseFunctions.text}
${marksFunction.text}
releases | while read -r name packed; do
  unpacked "$packed" > "$2" 2> /dev/null || { echo "$name unread"; continue; }
  for mark in $(marks_of "$2"); do echo "$name $mark"; done
done`
  const needles = caNeedles(old ?? '').map(({ lost, text }) => `${lost} ${text}`)
  const file = `/tmp/drill-release-${process.pid}`
  const input = JSON.stringify(list)
  const out = execFileSync('bash', ['-c', script, 'bash', needles.join('\n'), file], { input })
  execFileSync('rm', ['-f', file])
  return out.toString().split('\n').filter(Boolean)
}

test.each<[string, (ca: string) => object]>([
  ['as text in its manifest', (ca) => ({ manifest: `data:\n  ca.crt: |\n${ca.replaceAll(/^/gm, '    ')}` })],
  ['in base64 in its manifest', (ca) => ({ manifest: `caBundle: ${base64(ca)}` })],
  ['in a file of its chart', (ca) => ({ chart: { files: [{ name: 'ca.crt', data: base64(ca) }] } })],
  ['in its values', (ca) => ({ config: { ca } })],
])('a release with the lost CA %s is found, in a Secret and in a ConfigMap', (_, releaseWith) => {
  const [lost, other] = [packed(releaseWith(old ?? '')), packed(releaseWith(present ?? ''))]
  expect(
    found([
      ['secret', base64(lost)],
      ['map', lost],
      ['new', base64(other)],
    ]),
  ).toEqual(['shop/secret cluster-ca', 'shop/map cluster-ca'])
})

test('what cannot be unpacked is named', () => {
  expect(found([['broken', base64('no release')]])).toEqual(['shop/broken unread'])
})

test('names leave the machine, and which could not be unpacked', async () => {
  const node = fakeNode('m1', 'control-plane', {
    'find Helm releases with a lost CA or token': `${facts({ found: 'cluster-ca shop/a' })}${facts({ unread: 'shop/b' })}${facts({ found: 'sa-key shop/c' })}`,
  })
  const host = { node, address: '10.0.0.1' }
  const cluster = { first: host, config: { bindPort: 6443, certificatesDir: '/etc/kubernetes/pki' } }
  const { signal } = new AbortController()
  expect(await findInReleases(cluster as unknown as ClusterState, ['cluster-ca X'], signal)).toEqual({
    found: [
      { kind: 'Helm release', name: 'shop/a', mark: 'cluster-ca' },
      { kind: 'Helm release', name: 'shop/c', mark: 'sa-key' },
    ],
    unread: ['shop/b'],
  })
  execFileSync('bash', ['-n'], { input: node.commands[0]?.script ?? '' })
})
