import { bash } from '../bash.ts'
import { onEach } from '../each.ts'
import { requireEtcdData } from '../etcd/etcd-data.ts'
import { belongsTo, kubeletState, restartKubelet } from '../kubelet.ts'
import { installFunction, isInstalled } from '../manifests.ts'
import { siteOf, type Host } from '../site.ts'
import { clusterCa } from '../trust.ts'
import { workStep } from '../work-step.ts'
import { preparedManifestsDir } from '../work-dir.ts'

/**
 * The kubelets of the control planes are restarted with etcd's manifest, with their new identity: their file source lost its watch with the
 * directory and would look again only after a back-off of up to 20 s.
 */
export const startEtcd = workStep<Host>({
  id: 'start-etcd',
  title: 'Make sure that etcd has its data on every control plane, then start it',
  async find(context) {
    const site = await siteOf(context)
    const ca = await clusterCa(site)
    const found = await onEach(site.controlPlanes, async (host) => {
      const [installed, state] = await Promise.all([
        isInstalled(host, ['etcd'], context.signal),
        kubeletState(host, context.signal),
      ])
      return installed && belongsTo(ca, state, new Date()) ? [] : [host]
    })
    return found.flat()
  },
  async work(context, hosts) {
    const site = await siteOf(context)
    await requireEtcdData(site, context.signal)
    await onEach(hosts, (host) => {
      const installEtcd = bash`
${installFunction(host)}
install_manifest etcd ${preparedManifestsDir}/etcd.yaml
`
      return restartKubelet(context, site, host, installEtcd)
    })
  },
})
