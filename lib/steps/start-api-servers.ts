import { onEach } from '../each.ts'
import { installManifest, withoutManifest } from '../manifests.ts'
import { siteOf, type Host } from '../site.ts'
import { workStep } from '../work-step.ts'

/** Waiting for them is the next step's, which has something to do meanwhile. */
export const startApiServers = workStep<Host>({
  id: 'start-api-servers',
  title: 'Start the API servers',
  describe: ({ node }) => [
    { node: node.name, action: 'install the manifest of kube-apiserver', reason: 'missing, or not as prepared' },
  ],
  find: (context) => withoutManifest(context, 'kube-apiserver'),
  async work(context, hosts) {
    const site = await siteOf(context)
    await onEach(hosts, (host) => installManifest(context, site, host, 'kube-apiserver'))
  },
})
