import { getRaw } from '../api/kube-api.ts'
import { podsIn } from '../api/pods.ts'
import { mountedTokens, podsWithOtherCa } from '../api/tokens.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { Step } from '../engine/step.ts'
import { waitFor } from '../engine/wait.ts'
import { resyncVolumes } from '../kubelet/resync-volumes.ts'
import type { ClusterState } from '../model.ts'
import { clusterCa, currentKeyId, publishesClusterCa } from '../pki/cluster-ca.ts'

/**
 * kubelet signs nothing itself: after a restart it requests new tokens at the first sync of each pod, and takes the CA
 * from the ConfigMap that it knows then, which may be old if its API server's cache was. The files are read, because a
 * container that restarts reads what is there: kubelet does not wait for the volumes of a container that it restarts.
 */
export const checkTokens: Step = {
  id: 'check-tokens',
  title: 'Wait until every mounted token is signed with the new key, and every pod has the new CA',
  followUp: true,
  async run(cluster, { emit, signal }) {
    const [ca, keyId] = await Promise.all([clusterCa(cluster), currentKeyId(cluster)])
    await waitFor(
      'every mounted token is signed with the new key',
      async () => {
        const stale = await staleTokens(cluster, keyId, signal)
        if (stale.length > 0) throw new Error(`${stale.length} still of the old key, the first ${stale[0] ?? ''}`)
        return true
      },
      { timeoutMs: 120_000, intervalMs: 250, signal },
    )
    const judged = publishesClusterCa(cluster) ? cluster.machines : []
    await forEachNode(judged, async (host) => {
      const resynced = async () => {
        const uids = await podsWithOtherCa(host, ca, signal)
        return uids.length === 0 || resyncVolumes(cluster, host, { ca, uids }, signal)
      }
      const what = `the pods on ${host.node.name} have the new CA`
      await waitFor(what, resynced, { timeoutMs: 120_000, intervalMs: 250, signal })
    })
    emit({ type: 'milestone.reached', milestone: 'tokens-reissued', title: 'Tokens reissued' })
  },
}

/** The token files of running pods that another key signed. */
async function staleTokens(cluster: ClusterState, keyId: string, signal: AbortSignal): Promise<string[]> {
  const [list] = await getRaw(cluster.first, cluster, ['/api/v1/pods'], signal)
  const pods = podsIn(list).filter(({ running }) => running)
  const stale = await forEachNode(cluster.machines, async (host) => {
    const files = pods.filter(({ node }) => node === host.node.name).flatMap(({ tokenFiles }) => tokenFiles)
    const tokens = await mountedTokens(host, files, signal)
    return tokens.filter((token) => token.keyId !== keyId).map(({ where }) => `${host.node.name}:${where}`)
  })
  return stale.flat()
}
