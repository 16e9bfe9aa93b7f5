import { forEachNode } from '../engine/for-each-node.ts'
import { describeInstall, installManifest, withoutManifest } from '../static-pods/manifests.ts'
import { siteOf, type NodeState } from '../preflight/survey.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

/** The lease of the one that led before is released by the next step, long before these have started. */
export const startScheduler = stepFromFindings<NodeState>({
  id: 'start-scheduler',
  title: 'Start the schedulers',
  describe: describeInstall('kube-scheduler'),
  find: (context) => withoutManifest(context, 'kube-scheduler'),
  async work(context, hosts) {
    const site = await siteOf(context)
    await forEachNode(hosts, (host) => installManifest(context, site, host, 'kube-scheduler'))
  },
})
