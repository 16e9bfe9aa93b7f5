import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { NodeState } from '../model.ts'
import { describeInstall, installManifests, withoutManifest } from '../static-pods/manifests.ts'

/** Does not wait for them: the steps in between have work meanwhile, `await-api-servers` waits. */
export const startApiServers = stepFromFindings<NodeState>({
  id: 'start-api-servers',
  title: 'Start the API servers',
  describe: describeInstall('kube-apiserver'),
  find: (cluster, context) => withoutManifest(cluster, context, 'kube-apiserver'),
  work: (_cluster, context, hosts) => installManifests(context, hosts, 'kube-apiserver'),
})
