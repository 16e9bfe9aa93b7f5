import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { requireEtcdData } from '../etcd/etcd-data.ts'
import { belongsTo, kubeletState, restartKubelet } from '../kubelet/kubelet.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { bash } from '../shell/bash.ts'
import { waitForPort } from '../shell/wait-for-port.ts'
import { stagedManifestsDir } from '../shell/work-dir.ts'
import { installFunction, installManifest, isInstalled } from '../static-pods/manifests.ts'
import { previewWithoutCa } from './preview-without.ts'

/** kubeadm's etcd opens its metrics port when it begins to serve its peers, after it has compared its data with theirs. */
const metricsPort = 2381

async function waitUntilServing(host: NodeState, signal: AbortSignal): Promise<void> {
  try {
    await waitForPort(host, '127.0.0.1', metricsPort, { timeoutMs: 15_000, signal })
  } catch {
    // Another port, or a slow machine: then the next member itself waits for this one's answer.
    signal.throwIfAborted()
  }
}

/** The directory comes first: a kubelet that starts without its static pod path checks again only after 20 s. */
async function restartWithDirectory(
  cluster: ClusterState,
  context: RecoveryContext,
  host: NodeState,
  manifest?: 'etcd',
): Promise<void> {
  const before = bash`
mkdir -p ${host.facts.manifestsDir}
${installFunction(host)}
for component in ${manifest ? [manifest] : []}; do
  install_manifest "$component" ${stagedManifestsDir}/"$component.yaml"
done
`
  await restartKubelet(context, cluster, host, before)
}

/**
 * The control planes' kubelets are restarted with their new identity: their file source lost its watch with the
 * directory, and would read it again only after a back-off of up to 20 s. Members start one after another: at its start
 * each asks every peer for a hash and waits 7 s for one that listens but does not serve yet, as all of them do when
 * they start together (InitialCorruptCheck).
 */
export const startEtcd = stepFromFindings<NodeState>({
  id: 'start-etcd',
  title: 'Verify that etcd has its data on every control plane, then start it',
  previewWithout: previewWithoutCa(({ node }) => node.role === 'control-plane'),
  describe: ({ node }) => [
    {
      node: node.name,
      action: 'install the manifest of etcd and restart kubelet',
      reason: "the manifest is missing, or kubelet's client certificate is of another CA",
    },
  ],
  async find(cluster, { signal }) {
    const ca = await clusterCa(cluster)
    const found = await forEachNode(cluster.controlPlanes, async (host) => {
      const [installed, state] = await Promise.all([isInstalled(host, ['etcd'], signal), kubeletState(host, signal)])
      return installed && belongsTo(ca, state, new Date()) ? [] : [host]
    })
    return found.flat()
  },
  async work(cluster, context, [first, ...others]) {
    await requireEtcdData(cluster, context.signal)
    if (!first) return
    await forEachNode([first, ...others], (host) =>
      restartWithDirectory(cluster, context, host, host === first ? 'etcd' : undefined),
    )
    let started = first
    for (const host of others) {
      await waitUntilServing(started, context.signal)
      await installManifest(context, host, 'etcd')
      started = host
    }
  },
})
