import { clusterInfo, clusterInfoPath } from '../api/cluster-info.ts'
import { kubeFunction } from '../api/kube-api.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { Json } from '../model.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { withCa } from '../pki/cluster-info-ca.ts'
import { bash, runScript } from '../shell/bash.ts'
import { previewWithoutApi } from './preview-without.ts'

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
  async find(cluster, { signal }) {
    const found = await clusterInfo(cluster, signal)
    const renewed = found && withCa(found, await clusterCa(cluster))
    return renewed ? [renewed] : []
  },
  async work(cluster, { signal }, [renewed]) {
    const script = bash`
${kubeFunction(cluster.first, cluster)}
kube replace --raw ${clusterInfoPath} --filename - > /dev/null
`
    const input = JSON.stringify(renewed)
    await runScript(cluster.first.node, 'renew cluster-info', script, { signal, input })
  },
  async verify(cluster, { signal }) {
    const found = await clusterInfo(cluster, signal)
    if (found && withCa(found, await clusterCa(cluster))) throw new Error('cluster-info still holds another CA')
  },
})
