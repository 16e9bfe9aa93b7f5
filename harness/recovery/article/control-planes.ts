import { bash, runScript } from '../../../lib/shell/bash.ts'
import { forEachNode } from '../../../lib/engine/for-each-node.ts'
import { waitUntilReady } from '../../../lib/api/api-server-ready.ts'
import type { NodeState } from '../../../lib/model.ts'
import type { Step } from '../../../lib/engine/step.ts'
import { copyFromFirst } from './copy-from-first.ts'
import { articleConfigPath } from './kubeadm-file.ts'

const phases = bash`
kubeadm init phase certs all --config ${articleConfigPath}
kubeadm init phase kubeconfig all --config ${articleConfigPath}
kubeadm init phase control-plane all --config ${articleConfigPath}
mkdir -p ~/.kube
cp /etc/kubernetes/admin.conf ~/.kube/config
`

async function makeControlPlane(host: NodeState, signal: AbortSignal): Promise<void> {
  await runScript(host.node, 'make certificates, kubeconfigs and manifests', phases, { signal, timeoutMs: 180_000 })
}

const firstControlPlane: Step = {
  id: 'article-first-control-plane',
  title: 'Make certificates, kubeconfigs and manifests on the first control plane, then renew cluster-info',
  async run(cluster, context) {
    const { signal } = context
    await makeControlPlane(cluster.first, signal)
    await waitUntilReady(cluster.first, cluster, signal)
    const script = bash`kubeadm init phase bootstrap-token --config ${articleConfigPath} >/dev/null`
    await runScript(cluster.first.node, 'renew cluster-info', script, { signal })
  },
}

const otherControlPlanes: Step = {
  id: 'article-other-control-planes',
  title: 'Copy the CAs and the service-account key, then do the same on the other control planes',
  async run(cluster, context) {
    const { signal } = context
    await copyFromFirst(cluster, context, [
      'ca.key',
      'ca.crt',
      'front-proxy-ca.key',
      'front-proxy-ca.crt',
      'sa.key',
      'sa.pub',
    ])
    const others = cluster.controlPlanes.filter((host) => host !== cluster.first)
    await forEachNode(others, (host) => makeControlPlane(host, signal))
    await forEachNode(others, (host) => waitUntilReady(host, cluster, signal))
    context.emit({ type: 'milestone.reached', milestone: 'api-ready', title: 'API ready' })
  },
}

/** Part 2 of the article. */
export const controlPlanes: readonly Step[] = [firstControlPlane, otherControlPlanes]
