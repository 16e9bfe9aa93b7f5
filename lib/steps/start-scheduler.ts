import { releaseDeadLeaders } from '../controllers.ts'
import { onEach } from '../each.ts'
import { installManifest, withoutManifest } from '../manifests.ts'
import { siteOf } from '../site.ts'
import { workStep } from '../work-step.ts'

export const startScheduler = workStep({
  id: 'start-scheduler',
  title: 'Start the schedulers',
  find: (context) => withoutManifest(context, 'kube-scheduler'),
  async work(context, hosts) {
    const site = await siteOf(context)
    await Promise.all([
      releaseDeadLeaders(site, context.signal),
      onEach(hosts, (host) => installManifest(context, site, host, 'kube-scheduler')),
    ])
  },
})
