import { bash, runScript } from '../shell/bash.ts'
import { kubeFunction } from '../api/kube-api.ts'
import { sameCertificate } from '../pki/pem.ts'
import { previewWithout } from '../engine/preview.ts'
import { siteOf } from '../preflight/survey.ts'
import type { RecoveryContext, Step } from '../engine/step.ts'
import { clusterCa, clusterInfoCa } from '../pki/cluster-ca.ts'
import { kubeadmConfigPath } from '../shell/work-dir.ts'

async function isStale(context: RecoveryContext): Promise<boolean> {
  const site = await siteOf(context)
  return !sameCertificate((await clusterInfoCa(site, context.signal)) ?? '', await clusterCa(site))
}

/**
 * kubeadm's phase brings cluster-info, the roles by which machines join, and a bootstrap token for 24 hours that nobody
 * asked for: that one is deleted again, and `kubeadm token create --print-join-command` makes one when it is needed.
 * Tokens of before stay as they were; the controller manager signs cluster-info with them anew.
 */
export const renewClusterInfo: Step = {
  id: 'renew-cluster-info',
  title: 'Renew cluster-info, so that machines can join',
  needed: isStale,
  async preview(context) {
    const without = await previewWithout('api', context)
    if (without) return without
    return (await isStale(context))
      ? [{ node: 'cluster', action: 'as the step says', reason: 'it holds another CA' }]
      : []
  },
  async run(context) {
    const site = await siteOf(context)
    const script = bash`
${kubeFunction(site.first, site)}
tokens() {
  kube get secrets --namespace kube-system --field-selector type=bootstrap.kubernetes.io/token --output name | sort
}
before=$(tokens)
kubeadm init phase bootstrap-token --config ${kubeadmConfigPath} --kubeconfig "$(admin_conf)" --skip-token-print >&2
made=$(comm -13 <(cat <<< "$before") <(tokens))
if [ -n "$made" ]; then kube delete --namespace kube-system $made >&2; fi
`
    await runScript(site.first.node, 'renew cluster-info', script, {
      signal: context.signal,
      secret: true,
    })
  },
  async verify(context) {
    if (await isStale(context)) throw new Error('cluster-info still holds another CA')
  },
}
