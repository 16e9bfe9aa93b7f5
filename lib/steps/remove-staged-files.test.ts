import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { ClusterState, NodeState } from '../model.ts'
import { workDir } from '../shell/work-dir.ts'
import { fakeContext, fakeNode } from '../testing/fake-node.ts'
import { removeStagedFiles } from './remove-staged-files.ts'

test('of the directory of the repair only the backups stay', async () => {
  const root = mkdtempSync(join(tmpdir(), 'drill-work-dir-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const files = ['kubeadm.yaml', 'kubeconfig.a1b2c3', 'known-cas.pem', 'manifests/etcd.yaml', 'backup/1/etc/ca.crt']
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), '')
  }
  const node = fakeNode('m1', 'control-plane', { 'remove the staged files': '' })
  await removeStagedFiles.run({} as ClusterState, fakeContext([node], ''), [{ node } as unknown as NodeState])
  const script = node.commands[0]?.script.replaceAll(workDir, root) ?? ''
  execFileSync('bash', ['-c', script])
  expect(readdirSync(root, { recursive: true }).toSorted()).toEqual([
    'backup',
    'backup/1',
    'backup/1/etc',
    'backup/1/etc/ca.crt',
  ])
})
