import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { requireEtcdData } from '../etcd/etcd-data.ts'
import { waitUntilServing } from '../etcd/wait-until-serving.ts'
import { endRequestsUntilEtcdRuns } from '../kubelet/end-requests.ts'
import { belongsTo, plannedKubeletState, restartKubelet, restartKubeletAsItIs } from '../kubelet/kubelet.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { bash } from '../shell/bash.ts'
import { stagedManifestsDir } from '../shell/work-dir.ts'
import { installFunction, installManifest, isInstalled } from '../static-pods/manifests.ts'
import { previewWithoutCa } from './preview-without.ts'

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
  await restartKubelet(context, cluster, host, { before })
}

/** A control plane without the manifest of etcd, or whose kubelet has no identity of the cluster's CA. */
interface Found {
  readonly host: NodeState
  readonly isOutdated: boolean
  /** Its own API server is away while others serve. */
  readonly isAlone: boolean
}

/**
 * Kubelets of another CA are restarted with their new identity. So is that of a lost control plane while others serve, as it is: the
 * controllers have marked its Node as silent, and its cache, whose watch ended with its own API server, shows it that only a minute
 * later (tryUpdateNodeStatus, pkg/kubelet/kubelet_node_status.go). Others are left running: their file source lost its watch with
 * the directory, and reads it again after a back-off of up to 20 s (pkg/kubelet/config/file_linux.go). Members start one after
 * another: at its start each asks every peer for a hash and waits 7 s for one that listens but does not serve yet, as all of them do
 * when they start together (InitialCorruptCheck).
 */
export const startEtcd = stepFromFindings<Found>({
  id: 'start-etcd',
  title: 'Verify that etcd has its data on every control plane, then start it',
  previewWithout: previewWithoutCa(({ node }) => node.role === 'control-plane'),
  describe: ({ host: { node }, isOutdated, isAlone }) => [
    {
      node: node.name,
      action: `install the manifest of etcd${isOutdated || isAlone ? ' and restart kubelet' : ''}`,
      reason: isOutdated
        ? "kubelet's client certificate is of another CA, or has expired"
        : `missing${isAlone ? ', and others may have marked its Node as silent' : ''}`,
    },
  ],
  async find(cluster, { signal }) {
    const ca = await clusterCa(cluster)
    const found = await forEachNode(cluster.controlPlanes, async (host) => {
      const [installed, state] = await Promise.all([
        isInstalled(host, ['etcd'], signal),
        plannedKubeletState(cluster, host, signal),
      ])
      const isOutdated = !belongsTo(ca, state, new Date())
      const isAlone = !installed && !host.facts.servesApi && cluster.controlPlanes.some(({ facts }) => facts.servesApi)
      return installed && !isOutdated ? [] : [{ host, isOutdated, isAlone }]
    })
    return found.flat()
  },
  async work(cluster, context, found) {
    await requireEtcdData(cluster, context.signal)
    const [first, ...others] = found
    if (!first) return
    await forEachNode(
      found.filter(({ isOutdated }) => isOutdated),
      ({ host }) => restartWithDirectory(cluster, context, host, host === first.host ? 'etcd' : undefined),
    )
    // Without a majority of members the API servers that listen answer nobody.
    const isSilent = 2 * found.length >= cluster.controlPlanes.length
    const give = async ({ host, isOutdated }: Found) => {
      await installManifest(context, host, 'etcd')
      if (isSilent && !isOutdated) await endRequestsUntilEtcdRuns(host, context.signal)
    }
    if (!first.isOutdated) await give(first)
    const alone = found.filter(({ isOutdated, isAlone }) => !isOutdated && isAlone)
    await forEachNode(alone, ({ host }) => restartKubeletAsItIs(host, context.signal))
    let started = first.host
    for (const other of others) {
      await waitUntilServing(started, context.signal)
      await give(other)
      started = other.host
    }
  },
})
