import { onEach } from '../each.ts'
import { belongsTo, kubeletState, restartKubelet } from '../kubelet.ts'
import { siteOf } from '../site.ts'
import type { RecoveryContext, Step } from '../step.ts'
import { clusterCa } from '../trust.ts'

async function strangers(context: RecoveryContext) {
  const site = await siteOf(context)
  const ca = await clusterCa(site)
  const found = await onEach(site.workers, async (host) =>
    belongsTo(ca, await kubeletState(host, context.signal), new Date()) ? [] : [host],
  )
  return found.flat()
}

export const restartKubelets: Step = {
  id: 'restart-kubelets',
  title: "Give the workers' kubelets their new identity; their containers run on",
  needed: async (context) => (await strangers(context)).length > 0,
  async run(context) {
    const site = await siteOf(context)
    await onEach(await strangers(context), (host) => restartKubelet(context, site, host))
  },
}
