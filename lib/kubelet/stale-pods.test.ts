import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { ClusterState } from '../model.ts'
import { findStalePods } from '../steps/find-stale-pods.ts'
import { facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { localNode } from '../testing/local-node.ts'
import { stalePods } from './stale-pods.ts'

const [backup, scheduler, gone] = ['a', 'b', 'c'].map((letter) => letter.repeat(64))

const container = (id: string | undefined, namespace: string, name: string) => ({
  id,
  labels: { 'io.kubernetes.pod.namespace': namespace, 'io.kubernetes.pod.name': name },
})

function clusterWith(mounts: readonly string[]) {
  const containers = [container(backup, 'ops', 'etcd-backup'), container(scheduler, 'kube-system', 'kube-scheduler-m1')]
  const answer =
    mounts.length === 0 ? '' : facts({ mounts: mounts.join('\n'), containers: JSON.stringify({ containers }) })
  const node = fakeNode('m1', 'control-plane', { 'find pods that mount what was deleted or moved': answer })
  return { machines: [{ node }], config: { certificatesDir: '/srv/pki' } } as unknown as ClusterState
}

it('names each pod of others once, with the path, and changes nothing', async () => {
  const cluster = clusterWith([
    `${backup} /srv/pki/etcd`,
    `${backup} /srv/pki/etcd`,
    `${backup} /etc/hostname`,
    `${scheduler} /etc/kubernetes/scheduler.conf`,
    `${gone} /etc/kubernetes`,
  ])
  const context = fakeContext([], plain)
  const found = (await findStalePods.needed?.(cluster, context)) ?? []
  await findStalePods.run(cluster, context, found)
  const reason = 'it mounts /srv/pki/etcd as it was before that was deleted or moved, until it is restarted'
  expect(context.events).toEqual([{ type: 'pod.left', node: 'm1', pod: 'ops/etcd-backup', reason }])
  expect(await findStalePods.preview?.(cluster, context)).toEqual([
    { node: 'm1', action: 'leave ops/etcd-backup as it is', reason },
  ])
})

it('is nothing where no mount was deleted', async () => {
  expect(await findStalePods.needed?.(clusterWith([]), fakeContext([], plain))).toEqual([])
})

/** This process as a container that mounts `inside` from `path` on its machine, by a runtime that knows no other. */
async function asContainer(root: string, path: string, inside: string) {
  const program = join(root, 'crictl')
  const containers = JSON.stringify({ containers: [container(backup, 'ops', 'etcd-backup')] })
  const mount = [backup, process.pid, path, inside].join('\t')
  await writeFile(
    program,
    `#!/bin/sh\nwhile [ "$1" = --timeout ]; do shift 2; done\ncase "$*" in\n'ps --quiet') echo ${backup} ;;\nps*) echo '${containers}' ;;\n*) printf '%s\\n' '${mount}' ;;\nesac\n`,
  )
  await chmod(program, 0o755)
  vi.stubEnv('PATH', `${root}:${process.env['PATH'] ?? ''}`)
  onTestFinished(() => void vi.unstubAllEnvs())
  const cluster = { machines: [{ node: localNode }], config: { certificatesDir: join(root, 'pki') } }
  return stalePods(cluster as unknown as ClusterState, AbortSignal.timeout(20_000))
}

it.each([
  ['moved away, and made anew', 'pki.old', true],
  ['where it was', 'pki', false],
])('asks the machine whether a mounted directory is %s', async (_, inside, expected) => {
  const root = await mkdtemp(join(tmpdir(), 'drill-stale-pods-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const pki = join(root, 'pki')
  await mkdir(join(pki, 'etcd'), { recursive: true })
  if (expected) {
    await rename(pki, `${pki}.old`)
    await mkdir(join(pki, 'etcd'), { recursive: true })
  }
  const found = await asContainer(root, join(pki, 'etcd'), join(root, inside, 'etcd'))
  expect(found).toEqual(expected ? [{ node: 'here', pod: 'ops/etcd-backup', path: join(pki, 'etcd') }] : [])
})
