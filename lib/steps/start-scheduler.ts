import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { NodeState } from '../model.ts'
import { describeInstall, installManifests, withoutManifest } from '../static-pods/manifests.ts'

/** The next step releases the lease of the lost leader, long before these have started. */
export const startScheduler = stepFromFindings<NodeState>({
  id: 'start-scheduler',
  title: 'Start the schedulers',
  describe: describeInstall('kube-scheduler'),
  find: (cluster, context) => withoutManifest(cluster, context, 'kube-scheduler'),
  work: (_cluster, context, hosts) => installManifests(context, hosts, 'kube-scheduler'),
})
