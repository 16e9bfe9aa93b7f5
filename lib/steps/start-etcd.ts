import { bash } from '../bash.ts'
import { onEach } from '../each.ts'
import { requireEtcdData } from '../etcd/etcd-data.ts'
import { belongsTo, kubeletState, restartKubelet } from '../kubelet.ts'
import { installFunction, isInstalled } from '../manifests.ts'
import { siteOf } from '../site.ts'
import type { RecoveryContext, Step } from '../step.ts'
import { clusterCa } from '../trust.ts'
import { preparedManifestsDir } from '../work-dir.ts'

async function waiting(context: RecoveryContext) {
  const site = await siteOf(context)
  const ca = await clusterCa(site)
  const found = await onEach(site.controlPlanes, async (host) => {
    const installed = await isInstalled(host, ['etcd'], context.signal)
    return installed && belongsTo(ca, await kubeletState(host, context.signal), new Date()) ? [] : [host]
  })
  return found.flat()
}

/**
 * The kubelets of the control planes are restarted with etcd's manifest, with their new identity: their file source lost its watch with the
 * directory and would look again only after a back-off of up to 20 s. They need no second restart later.
 */
export const startEtcd: Step = {
  id: 'start-etcd',
  title: 'Make sure that etcd has its data on every control plane, then start it',
  needed: async (context) => (await waiting(context)).length > 0,
  async run(context) {
    const site = await siteOf(context)
    await requireEtcdData(site, context.signal)
    await onEach(await waiting(context), (host) => {
      const installEtcd = bash`
${installFunction(host)}
install_manifest etcd ${preparedManifestsDir}/etcd.yaml
`
      return restartKubelet(context, site, host, installEtcd)
    })
  },
}
