import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { nodeImageRef } from './node-image.ts'
import { debianMirror } from './root-file-system.ts'

test('the tag is the same each time, and another for another workload image', async () => {
  const reference = await nodeImageRef('drill.local/workload:0123456789ab')
  expect(reference).toMatch(/^drill\.local\/node:v1\.36\.4-[0-9a-f]{12}$/)
  expect(await nodeImageRef('drill.local/workload:0123456789ab')).toBe(reference)
  expect(await nodeImageRef('drill.local/workload:ba9876543210')).not.toBe(reference)
  await expect(nodeImageRef('drill.local/workload:0123456789ab', '1.1.0')).rejects.toThrow(/1\.1\.0/)
})

test('the mirror is the one that apt has for releases, and none where apt has no Debian', () => {
  const debian = [
    'Debian main bookworm-security http://security.invalid/debian-security/',
    'Debian contrib bookworm http://contrib.invalid/debian/',
    'Debian main bookworm-updates http://updates.invalid/debian/',
    'Debian main bookworm http://mirror.invalid/debian/',
  ]
  expect(debianMirror(debian.join('\n'))).toBe('http://mirror.invalid/debian/')
  expect(debianMirror('Ubuntu main noble http://mirror.invalid/ubuntu/\n')).toBeUndefined()
  expect(debianMirror('')).toBeUndefined()
})

const file = (path: string) => join(import.meta.dirname, path)

test.each([
  'files/usr/local/bin/entrypoint',
  'files/kind/bin/create-kubelet-cgroups',
  'files/kind/bin/import-images',
  'balancer/envoy',
  'rootfs/make-rootfs.sh',
])('%s is a script that bash can read', (path) => {
  execFileSync('bash', ['-n', file(path)])
})

interface PodNetwork {
  readonly kind: string
  readonly spec?: { readonly template: { readonly spec: Readonly<Record<string, unknown>> } }
}

test("the pod network's manifest asks kind for the pod subnet and runs under its own service account", () => {
  const text = readFileSync(file('files/kind/manifests/default-cni.yaml'), 'utf8')
  expect(text).toContain('would you kindly template this file')
  expect(text).toContain('{{ .PodSubnet }}')
  const documents = parseAllDocuments(text).map((document) => document.toJS() as PodNetwork)
  expect(documents.map(({ kind }) => kind)).toEqual([
    'ServiceAccount',
    'ClusterRole',
    'ClusterRoleBinding',
    'DaemonSet',
  ])
  expect(documents[3]?.spec?.template.spec).toMatchObject({ serviceAccountName: 'podnet', hostNetwork: true })
})
