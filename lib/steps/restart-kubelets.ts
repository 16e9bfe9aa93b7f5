import { onEach } from '../each.ts'
import { belongsTo, kubeletState, restartKubelet } from '../kubelet.ts'
import { mountsOtherCa } from '../tokens.ts'
import { siteOf, type Host } from '../site.ts'
import { clusterCa } from '../trust.ts'
import { workStep } from '../work-step.ts'

/**
 * The workers' kubelets, and those of control planes that looked at their pods before the new CA was published: they would look again only after
 * 60 to 90 s, and until then their pods hold the new token with the old CA.
 */
export const restartKubelets = workStep<Host>({
  id: 'restart-kubelets',
  title: 'Give kubelets their new identity, and their pods the new CA; containers run on',
  async find(context) {
    const site = await siteOf(context)
    const ca = await clusterCa(site)
    const found = await onEach(site.machines, async (host) => {
      const [state, other] = await Promise.all([
        kubeletState(host, context.signal),
        mountsOtherCa(host, ca, context.signal),
      ])
      return belongsTo(ca, state, new Date()) && !other ? [] : [host]
    })
    return found.flat()
  },
  async work(context, hosts) {
    const site = await siteOf(context)
    await onEach(hosts, (host) => restartKubelet(context, site, host))
  },
})
