import { bash, runScript } from '../../../lib/shell/bash.ts'
import { forEachNode } from '../../../lib/engine/for-each-node.ts'
import { etcdStatus } from '../../../lib/etcd/etcd-status.ts'
import type { Step } from '../../../lib/engine/step.ts'
import { waitFor } from '../../../lib/engine/wait.ts'
import { copyFromFirst } from './copy-from-first.ts'
import { articleConfigPath } from './kubeadm-file.ts'

/** All containers, not only those of static pods. crictl fails when one exits meanwhile; that is ignored. */
const removeEveryContainer: Step = {
  id: 'article-remove-containers',
  title: 'Remove every container on the control planes',
  async run(cluster, context) {
    const script = bash`crictl rm -f $(crictl ps -aq) || true`
    await forEachNode(cluster.controlPlanes, ({ node }) =>
      runScript(node, 'remove every container', script, { signal: context.signal, timeoutMs: 180_000 }),
    )
  },
}

const etcdCa: Step = {
  id: 'article-etcd-ca',
  title: "Make etcd's CA on the first control plane, and copy it to the others",
  async run(cluster, context) {
    const { first } = cluster
    const script = bash`kubeadm init phase certs etcd-ca --config ${articleConfigPath}`
    await runScript(first.node, "make etcd's CA", script, { signal: context.signal })
    await copyFromFirst(cluster, context, ['etcd/ca.key', 'etcd/ca.crt'])
  },
}

const etcdMembers: Step = {
  id: 'article-etcd',
  title: "Make etcd's certificates and manifest on every control plane, then wait for etcd",
  async run(cluster, context) {
    const { signal } = context
    const script = bash`
kubeadm init phase certs etcd-healthcheck-client --config ${articleConfigPath}
kubeadm init phase certs etcd-peer --config ${articleConfigPath}
kubeadm init phase certs etcd-server --config ${articleConfigPath}
kubeadm init phase etcd local --config ${articleConfigPath}
`
    await forEachNode(cluster.controlPlanes, ({ node }) =>
      runScript(node, "make etcd's certificates and manifest", script, { signal, timeoutMs: 180_000 }),
    )
    const members = () => forEachNode(cluster.controlPlanes, (host) => etcdStatus(host, cluster, signal))
    await waitFor('etcd has a majority', members, { timeoutMs: 180_000, intervalMs: 500, signal })
    context.emit({ type: 'milestone.reached', milestone: 'etcd-healthy', title: 'etcd healthy' })
  },
}

/** Part 1 of the article. */
export const etcdFirst: readonly Step[] = [removeEveryContainer, etcdCa, etcdMembers]
