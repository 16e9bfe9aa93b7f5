import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { ClusterState, NodeState } from '../model.ts'
import { workDir } from '../shell/work-dir.ts'
import { fakeContext, fakeNode } from '../testing/fake-node.ts'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { removeStagedFiles } from './remove-staged-files.ts'

const ca = issueCertificate({ commonName: 'kubernetes' }).certificate

interface Before {
  /** Its Node is not Ready. */
  readonly isBroken?: boolean
  /** Another CA was there before. */
  readonly isReplaced?: boolean
  readonly role?: 'control-plane' | 'worker'
  readonly unreachable?: ClusterState['unreachable']
}

/** What stays in the directory of the repair on a machine. */
async function staying(before: Before) {
  const { isBroken, isReplaced, role, unreachable } = { role: 'worker' as const, unreachable: [], ...before }
  const root = mkdtempSync(join(tmpdir(), 'drill-work-dir-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const files = ['kubeadm.yaml', 'kubeconfig.a1b2c3', 'known-cas.pem', 'manifests/etcd.yaml', 'backup/1/etc/ca.crt']
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), '')
  }
  const node = fakeNode('w1', role, { 'remove the staged files': '', 'check for staged files': '' })
  const learned = {
    ca,
    created: new Set(isReplaced ? ['ca.crt'] : []),
    brokenNodes: new Map(isBroken ? [['w1', { since: 'yesterday', isSilent: true }]] : []),
  }
  const host = { node, facts: { kubeletCas: ca, podCas: [], recordedCas: [] } } as unknown as NodeState
  const cluster = {
    learned,
    unreachable,
    machines: [host],
    first: { mirrorPodSpecs: new Map() },
  } as unknown as ClusterState
  const context = fakeContext([node], '')
  await removeStagedFiles.needed?.(cluster, context)
  await removeStagedFiles.run(cluster, context, [host])
  const asked = node.commands.find(({ title }) => title === 'check for staged files')?.script
  const script = node.commands.find(({ title }) => title === 'remove the staged files')?.script ?? ''
  execFileSync('bash', ['-c', script.replaceAll(workDir, root)])
  return { entries: readdirSync(root).toSorted(), asksForKnownCas: asked?.includes('known-cas.pem') }
}

test('of the directory of the repair only the backups stay', async () => {
  const all = { entries: ['backup'], asksForKnownCas: true }
  expect(await staying({ isReplaced: true })).toEqual(all)
  expect(await staying({ isBroken: true })).toEqual(all)
})

test('where a Node is not Ready, the next repair is told which CA its pods have', async () => {
  expect(await staying({ isBroken: true, isReplaced: true })).toEqual({
    entries: ['backup', 'known-cas.pem'],
    asksForKnownCas: false,
  })
})

test('where a worker did not answer, control planes keep the CA by which it is known again', async () => {
  const unreachable = [{ name: 'w2', reason: 'no route' }]
  const kept = { entries: ['backup', 'known-cas.pem'], asksForKnownCas: false }
  expect(await staying({ isReplaced: true, role: 'control-plane', unreachable })).toEqual(kept)
  expect((await staying({ isReplaced: true, unreachable })).entries).toEqual(['backup'])
})
