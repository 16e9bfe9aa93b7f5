import { bash, runScript } from '../bash.ts'
import { sameCertificate } from '../pki/pem.ts'
import { previewWithout } from '../preview.ts'
import { siteOf } from '../site.ts'
import type { RecoveryContext, Step } from '../step.ts'
import { clusterCa, clusterInfoCa } from '../trust.ts'
import { kubeadmConfigPath } from '../work-dir.ts'

async function isStale(context: RecoveryContext): Promise<boolean> {
  const site = await siteOf(context)
  return !sameCertificate((await clusterInfoCa(site, context.signal)) ?? '', await clusterCa(site))
}

export const renewClusterInfo: Step = {
  id: 'renew-cluster-info',
  title: 'Renew cluster-info and a bootstrap token, so that machines can join',
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
config=/etc/kubernetes/super-admin.conf
if [ ! -s "$config" ]; then config=/etc/kubernetes/admin.conf; fi
kubeadm init phase bootstrap-token --config ${kubeadmConfigPath} --kubeconfig "$config" --skip-token-print >&2
`
    await runScript(site.first.node, 'renew cluster-info and a bootstrap token', script, {
      signal: context.signal,
      secret: true,
    })
  },
  async verify(context) {
    if (await isStale(context)) throw new Error('cluster-info still holds another CA')
  },
}
