import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ClusterState, NodeFacts } from '../model.ts'
import { keyValue, revisionKey } from '../testing/etcd-bytes.ts'
import { localNode } from '../testing/local-node.ts'
import { lostStaticPods } from './lost-static-pods.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lost-static-pods-'))
  await mkdir(join(dir, 'member/snap'), { recursive: true })
  await mkdir(join(dir, 'manifests'))
})
afterEach(() => rm(dir, { recursive: true }))

const keyOf = (name: string) => `/registry/pods/kube-system/${name}-here`
const written = (name: string, revision: number, annotations: object = { 'kubernetes.io/config.mirror': 'h' }) => {
  const pod = { metadata: { annotations }, spec: { volumes: [{ name: 'c', hostPath: { path: '/etc/vip.conf' } }] } }
  return keyValue(keyOf(name), revision, Buffer.from(JSON.stringify(pod)))
}
/** As bbolt has it: the revision, then a KeyValue of nothing but the key. */
const deleted = (name: string, revision: number) =>
  Buffer.concat([
    Buffer.from(revisionKey(revision, true), 'latin1'),
    Buffer.from([0x0a, keyOf(name).length]),
    Buffer.from(keyOf(name)),
  ])

/** The names of what is found lost, in a database with these pieces. */
async function lost(pieces: readonly Buffer[], manifest = ''): Promise<string[]> {
  const gap = Buffer.alloc(40, 0xff)
  await writeFile(join(dir, 'member/snap/db'), Buffer.concat([gap, ...pieces.flatMap((piece) => [piece, gap])]))
  if (manifest !== '') await writeFile(join(dir, 'manifests/own.yaml'), manifest)
  const facts = { etcdDataDir: dir, manifestsDir: join(dir, 'manifests') } as unknown as NodeFacts
  const cluster = { config: {}, controlPlanes: [{ node: localNode, facts }] } as unknown as ClusterState
  const found = await lostStaticPods(cluster, new AbortController().signal)
  for (const { paths } of found) expect(paths).toEqual(['/etc/vip.conf'])
  return found.map(({ node, pod }) => `${pod} on ${node}`)
}

it('finds a static pod of an operator, and none of kubeadm', async () => {
  expect(await lost([written('vip', 5), written('etcd', 6)])).toEqual(['kube-system/vip on here'])
})

it('finds one whose mirror pod was deleted by the loss, as those of kubeadm were', async () => {
  expect(await lost([written('vip', 5), deleted('vip', 90), deleted('etcd', 91)])).toEqual(['kube-system/vip on here'])
})

it('does not find one that an operator removed before', async () => {
  expect(await lost([written('vip', 5), deleted('vip', 9)])).toEqual([])
})

it('does not find one whose manifest is there, nor a pod that is no mirror pod', async () => {
  expect(await lost([written('vip', 5)], 'metadata:\n  name: vip\n')).toEqual([])
  expect(await lost([written('plain', 5, {})])).toEqual([])
})
