import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ClusterState, NodeFacts } from '../model.ts'
import { localNode } from '../testing/local-node.ts'
import { refuseMissingFiles } from './operator-files.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'operator-files-'))
})
afterEach(() => rm(dir, { recursive: true }))

/** What is missed on this machine, whose kubelet names these files. */
async function missed(kubeletFiles: readonly string[]): Promise<string> {
  const host = { node: localNode, facts: { kubeletFiles } as unknown as NodeFacts, mirrorPodSpecs: new Map() }
  const cluster = { config: { certificatesDir: '/etc/kubernetes/pki' }, machines: [host] } as unknown as ClusterState
  return refuseMissingFiles(cluster, new AbortController().signal).then(
    () => '',
    (error: unknown) => String(error),
  )
}

it('misses what is gone, and what a file that is there names', async () => {
  const file = join(dir, 'admission.yaml')
  const lines = [
    '# as /etc/kubernetes/absent-in-a-comment.yaml',
    'path: /etc/kubernetes/absent-plugin.yaml',
    'kubeConfigFile: "/etc/kubernetes/admin.conf"',
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  const words = await missed([file, join(dir, 'gone.yaml')])
  expect(words).toContain(`${join(dir, 'gone.yaml')} on here`)
  expect(words).toContain('/etc/kubernetes/absent-plugin.yaml on here')
  expect(words).not.toMatch(/comment|admin\.conf/)
})

it('misses nothing where all is there', async () => {
  const file = join(dir, 'providers.yaml')
  await writeFile(file, 'providers: []\n')
  expect(await missed([file])).toBe('')
})
