import { releaseDeadLeaders } from '../controllers.ts'
import { onEach } from '../each.ts'
import { installManifest, isInstalled } from '../manifests.ts'
import { siteOf } from '../site.ts'
import type { RecoveryContext, Step } from '../step.ts'

async function waiting(context: RecoveryContext) {
  const { controlPlanes } = await siteOf(context)
  const found = await onEach(controlPlanes, async (host) =>
    (await isInstalled(host, ['kube-scheduler'], context.signal)) ? [] : [host],
  )
  return found.flat()
}

export const startScheduler: Step = {
  id: 'start-scheduler',
  title: 'Start the schedulers',
  needed: async (context) => (await waiting(context)).length > 0,
  async run(context) {
    const site = await siteOf(context)
    await releaseDeadLeaders(site, context.signal)
    await onEach(await waiting(context), (host) => installManifest(context, site, host, 'kube-scheduler'))
  },
}
