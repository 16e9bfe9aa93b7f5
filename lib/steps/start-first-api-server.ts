import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { NodeState } from '../model.ts'
import { describeInstall, installManifests, withoutManifest } from '../static-pods/manifests.ts'

/** One API server is ready in half the time that all of them take together, and the next steps need only one. */
export const startFirstApiServer = stepFromFindings<NodeState>({
  id: 'start-first-api-server',
  title: 'Start the API server of the first control plane',
  describe: describeInstall('kube-apiserver'),
  async find(cluster, context) {
    return (await withoutManifest(cluster, context, 'kube-apiserver')).filter((host) => host === cluster.first)
  },
  work: (_cluster, context, hosts) => installManifests(context, hosts, 'kube-apiserver'),
})
