import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import type { ClusterState } from '../model.ts'
import { fakeNode } from '../testing/fake-node.ts'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { findKeys, keysText } from './find-keys.ts'

const { signal } = new AbortController()
const ca = issueCertificate({ commonName: 'kubernetes' })
const other = issueCertificate({ commonName: 'kubernetes' })

/** Where the keys of `ca` are found on a control plane that has these files. */
async function foundIn(files: Readonly<Record<string, string>>, cas = ca.certificate): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'drill-keys-'))
  onTestFinished(() => rm(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  const run = async ({ script }: { readonly script: string }) => {
    const within = script
      .replaceAll(/find \/etc .* -xdev/g, `find ${root} -xdev`)
      .replaceAll('/srv/pki', `${root}/srv/pki`)
    return (await promisify(execFile)('bash', ['-c', within])).stdout
  }
  const node = fakeNode('m1', 'control-plane', { 'find the keys of CAs': run })
  const cluster = { controlPlanes: [{ node }], config: { certificatesDir: '/srv/pki' } } as unknown as ClusterState
  return keysText(await findKeys(cluster, cas, signal)).replaceAll(root, '')
}

it('finds the key of a CA in a directory that was moved away, and no other', async () => {
  const files = {
    'etc/kubernetes.bak/pki/ca.key': ca.key,
    'etc/kubernetes.bak/pki/other.key': other.key,
    'root/ca.key': 'not a key',
  }
  expect(await foundIn(files)).toBe('/etc/kubernetes.bak/pki/ca.key on m1')
})

it('does not look into the directory of certificates itself, nor for what it was not given', async () => {
  expect(await foundIn({ 'srv/pki/ca.key': ca.key })).toBe('')
  expect(await foundIn({ 'root/ca.key': ca.key }, '')).toBe('')
})
