import { expect, it } from 'vitest'
import type { ClusterState } from '../model.ts'
import { findStalePods } from '../steps/find-stale-pods.ts'
import { facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'

const [backup, scheduler, gone] = ['a', 'b', 'c'].map((letter) => letter.repeat(64))

const container = (id: string | undefined, namespace: string, name: string) => ({
  id,
  labels: { 'io.kubernetes.pod.namespace': namespace, 'io.kubernetes.pod.name': name },
})

function clusterWith(mounts: readonly string[]) {
  const containers = [container(backup, 'ops', 'etcd-backup'), container(scheduler, 'kube-system', 'kube-scheduler-m1')]
  const answer =
    mounts.length === 0 ? '' : facts({ mounts: mounts.join('\n'), containers: JSON.stringify({ containers }) })
  const node = fakeNode('m1', 'control-plane', { 'find pods that mount what was deleted': answer })
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
  const reason = 'it mounts /srv/pki/etcd as it was before that was deleted, until it is restarted'
  expect(context.events).toEqual([{ type: 'pod.left', node: 'm1', pod: 'ops/etcd-backup', reason }])
  expect(await findStalePods.preview?.(cluster, context)).toEqual([
    { node: 'm1', action: 'leave ops/etcd-backup as it is', reason },
  ])
})

it('is nothing where no mount was deleted', async () => {
  expect(await findStalePods.needed?.(clusterWith([]), fakeContext([], plain))).toEqual([])
})
