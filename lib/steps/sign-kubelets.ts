import { onEach } from '../each.ts'
import { belongsTo, isPrepared, kubeletState, prepareKubeletConf } from '../kubelet.ts'
import { siteOf } from '../site.ts'
import type { RecoveryContext, Step } from '../step.ts'
import { clusterCa } from '../trust.ts'

async function unsigned(context: RecoveryContext) {
  const site = await siteOf(context)
  const ca = await clusterCa(site)
  const found = await onEach(site.workers, async (host) => {
    if (await isPrepared(host, ca, context.signal)) return []
    return belongsTo(ca, await kubeletState(host, context.signal), new Date()) ? [] : [host]
  })
  return found.flat()
}

export const signKubelets: Step = {
  id: 'sign-kubelets',
  title: "Sign a kubeconfig for every worker's kubelet and lay it ready there",
  needed: async (context) => (await unsigned(context)).length > 0,
  async run(context) {
    const site = await siteOf(context)
    await onEach(await unsigned(context), (host) => prepareKubeletConf(site, host, context.signal))
  },
}
