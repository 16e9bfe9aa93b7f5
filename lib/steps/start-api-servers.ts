import { onEach } from '../each.ts'
import { installManifest, withoutManifest } from '../manifests.ts'
import { siteOf } from '../site.ts'
import { workStep } from '../work-step.ts'

/** Waiting for them is the next step's, which has something to do meanwhile. */
export const startApiServers = workStep({
  id: 'start-api-servers',
  title: 'Start the API servers',
  find: (context) => withoutManifest(context, 'kube-apiserver'),
  async work(context, hosts) {
    const site = await siteOf(context)
    await onEach(hosts, (host) => installManifest(context, site, host, 'kube-apiserver'))
  },
})
