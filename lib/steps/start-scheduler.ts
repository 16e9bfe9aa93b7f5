import { onEach } from '../engine/for-each-node.ts'
import { describeInstall, installManifest, withoutManifest } from '../static-pods/manifests.ts'
import { siteOf, type Host } from '../preflight/survey.ts'
import { workStep } from '../engine/step-from-findings.ts'

/** The lease of the one that led before is released by the next step, long before these have started. */
export const startScheduler = workStep<Host>({
  id: 'start-scheduler',
  title: 'Start the schedulers',
  describe: describeInstall('kube-scheduler'),
  find: (context) => withoutManifest(context, 'kube-scheduler'),
  async work(context, hosts) {
    const site = await siteOf(context)
    await onEach(hosts, (host) => installManifest(context, site, host, 'kube-scheduler'))
  },
})
