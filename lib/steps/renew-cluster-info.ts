import { clusterInfoCa } from '../api/cluster-info.ts'
import { kubeFunction } from '../api/kube-api.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { ClusterState } from '../model.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { sameCertificate } from '../pki/pem.ts'
import { bash, runScript } from '../shell/bash.ts'
import { kubeadmConfigPath } from '../shell/work-dir.ts'
import { previewWithoutApi } from './preview-without.ts'

async function isStale(cluster: ClusterState, { signal }: RecoveryContext): Promise<boolean> {
  return !sameCertificate((await clusterInfoCa(cluster, signal)) ?? '', await clusterCa(cluster))
}

/**
 * kubeadm's phase makes cluster-info, the roles of joining machines, and an unwanted bootstrap token for 24 hours. That
 * token is deleted again: `kubeadm token create --print-join-command` makes one when it is needed. Earlier tokens stay;
 * the controller manager signs cluster-info with them again.
 */
export const renewClusterInfo = stepFromFindings<string>({
  id: 'renew-cluster-info',
  title: 'Renew cluster-info, so that machines can join',
  followUp: true,
  previewWithout: previewWithoutApi,
  describe: (action) => [{ node: 'cluster', action, reason: 'it holds another CA' }],
  find: async (cluster, context) => ((await isStale(cluster, context)) ? ['renew cluster-info'] : []),
  async work(cluster, { signal }) {
    const script = bash`
${kubeFunction(cluster.first, cluster)}
tokens() {
  kube get secrets --namespace kube-system --field-selector type=bootstrap.kubernetes.io/token --output name | sort
}
before=$(tokens)
kubeadm init phase bootstrap-token --config ${kubeadmConfigPath} --kubeconfig "$(admin_conf)" --skip-token-print >&2
made=$(comm -13 <(cat <<< "$before") <(tokens))
if [ -n "$made" ]; then kube delete --namespace kube-system $made >&2; fi
`
    await runScript(cluster.first.node, 'renew cluster-info', script, { signal, secret: true })
  },
  async verify(cluster, context) {
    if (await isStale(cluster, context)) throw new Error('cluster-info still holds another CA')
  },
})
