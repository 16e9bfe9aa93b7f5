import { expect, it } from 'vitest'
import { etcdOnDisk } from '../testing/etcd-bytes.ts'
import { apiAnswer, facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { surveyed } from '../testing/surveyed.ts'
import { updateKubelets } from './outdated-kubelets.ts'

const before = '2026-11-24T01:00:00Z'

/** The script that gives the worker's kubelet its identity. */
async function script(taints: readonly object[]): Promise<string> {
  const own = { 'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }) }
  const controlPlane = fakeNode('m1', 'control-plane', {
    ...own,
    ...etcdOnDisk,
    'get /apis/coordination*': apiAnswer({ items: [] }, { items: [{ metadata: { name: 'w1' }, spec: { taints } }] }),
  })
  controlPlane.files.set('/etc/kubernetes/pki/ca.crt', 'CA')
  const worker = fakeNode('w1', 'worker', { ...own, 'give kubelet its new identity': '' })
  const context = fakeContext([controlPlane, worker], plain)
  const cluster = await surveyed(context)
  const [host] = cluster.workers
  if (host) await updateKubelets(cluster, context, [{ host, isKubelet: true, pods: [] }])
  return worker.commands.find(({ title }) => title === 'give kubelet its new identity')?.script ?? ''
}

it('starts no kubelet that was stopped when its Node was already lost', async () => {
  const taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: before }
  expect(await script([taint])).toMatch(/!= inactive \]; then\n *systemctl restart kubelet\nfi/)
})

it('starts any other, whatever its state', async () => {
  expect(await script([])).toMatch(/if true; then\n *systemctl restart kubelet\nfi/)
})
