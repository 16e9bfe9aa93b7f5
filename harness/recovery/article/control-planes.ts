import { bash, runScript } from '../../../lib/shell/bash.ts'
import { waitFunction } from '../../../lib/shell/wait-function.ts'
import { forEachNode } from '../../../lib/engine/for-each-node.ts'
import { kubeFunction } from '../../../lib/api/kube-api.ts'
import type { NodeState, ClusterState } from '../../../lib/model.ts'
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

async function waitReady(host: NodeState, cluster: ClusterState, signal: AbortSignal): Promise<void> {
  const script = bash`
${kubeFunction(host, cluster)}
${waitFunction}
is_ready() { kube get --raw /readyz >/dev/null 2>&1; }
wait_until 180 0.3 is_ready || { echo 'the API server did not become ready' >&2; exit 1; }
`
  await runScript(host.node, 'wait for the API server', script, { signal, timeoutMs: 300_000 })
}

const firstMaster: Step = {
  id: 'article-first-master',
  title: 'Make certificates, kubeconfigs and control plane on the first master, then renew cluster-info',
  async run(cluster, context) {
    const { signal } = context
    await makeControlPlane(cluster.first, signal)
    await waitReady(cluster.first, cluster, signal)
    const script = bash`kubeadm init phase bootstrap-token --config ${articleConfigPath} >/dev/null`
    await runScript(cluster.first.node, 'renew cluster-info', script, { signal, secret: true })
  },
}

const otherMasters: Step = {
  id: 'article-other-masters',
  title: 'Copy the CAs and the service-account key, then do the same on the other masters',
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
    await forEachNode(others, (host) => waitReady(host, cluster, signal))
    context.emit({ type: 'milestone.reached', milestone: 'api-ready', title: 'API ready' })
  },
}

/** Part 2 of the article. */
export const controlPlanes: readonly Step[] = [firstMaster, otherMasters]
