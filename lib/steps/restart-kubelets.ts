import { onEach } from '../each.ts'
import { belongsTo, kubeletState, restartKubelet, restartKubeletAsItIs } from '../kubelet.ts'
import { siteOf, type Host } from '../site.ts'
import { mountsOtherCa } from '../tokens.ts'
import { clusterCa } from '../trust.ts'
import { workStep } from '../work-step.ts'

interface Outdated {
  readonly host: Host
  /** The kubelet itself works with the old certificates; else only its pods are given the old CA. */
  readonly kubelet: boolean
}

/**
 * The workers' kubelets, and those of control planes that looked at their pods before the new CA was published: they
 * would look again only after 60 to 90 s, and until then their pods hold the new token with the old CA.
 */
export const restartKubelets = workStep<Outdated>({
  id: 'restart-kubelets',
  title: 'Give kubelets their new identity, and their pods the new CA; containers run on',
  needs: 'authorities',
  describe: ({ host, kubelet }) => [
    {
      node: host.node.name,
      action: 'restart kubelet',
      reason: kubelet ? 'it shows a certificate of another CA' : 'its pods were given another CA',
    },
  ],
  async find(context) {
    const site = await siteOf(context)
    const { signal } = context
    const ca = await clusterCa(site)
    const found = await onEach(site.machines, async (host) => {
      const [state, pods] = await Promise.all([kubeletState(host, signal), mountsOtherCa(host, ca, signal)])
      const kubelet = !belongsTo(ca, state, new Date())
      return kubelet || pods ? [{ host, kubelet }] : []
    })
    return found.flat()
  },
  async work(context, outdated) {
    const site = await siteOf(context)
    await onEach(outdated, ({ host, kubelet }) =>
      kubelet ? restartKubelet(context, site, host) : restartKubeletAsItIs(host, context.signal),
    )
  },
})
