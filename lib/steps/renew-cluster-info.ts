import { clusterInfo, clusterInfoPath } from '../api/cluster-info.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { ClusterState, Json } from '../model.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { withCa } from '../pki/cluster-info-ca.ts'
import { replaceOrLeave } from './replace-or-leave.ts'
import { previewWithoutApi } from './preview-without.ts'

/** cluster-info with this cluster's CA, where there is one with another. */
async function renewedInfo(cluster: ClusterState, { signal }: RecoveryContext): Promise<Json | undefined> {
  const found = await clusterInfo(cluster, signal)
  return found && withCa(found, await clusterCa(cluster))
}

/**
 * Only the CA in it is replaced, and the controller manager signs it again. Where there is none an operator removed it, and who
 * may read it is an operator's choice too: `kubeadm init phase bootstrap-token` would give it to everybody again.
 */
export const renewClusterInfo = stepFromFindings<Json>({
  id: 'renew-cluster-info',
  title: 'Replace the CA in cluster-info, so that machines can join',
  followUp: true,
  previewWithout: previewWithoutApi,
  describe: () => [{ node: 'cluster', action: 'replace the CA in cluster-info', reason: 'it holds another CA' }],
  async find(cluster, context) {
    const renewed = await renewedInfo(cluster, context)
    return renewed ? [renewed] : []
  },
  async work(cluster, context, [renewed]) {
    const isReplaced = await replaceOrLeave(cluster, context, {
      ...{ object: 'ConfigMap kube-public/cluster-info', title: 'renew cluster-info', path: clusterInfoPath, renewed },
      // The controller manager may have signed it meanwhile.
      renewAgain: () => renewedInfo(cluster, context),
    })
    if (!isReplaced) return
    if (await renewedInfo(cluster, context)) throw new Error('cluster-info still holds another CA')
  },
})
