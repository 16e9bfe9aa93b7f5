import { forEachNode } from '../engine/for-each-node.ts'
import { describeInstall, installManifest, withoutManifest } from '../static-pods/manifests.ts'
import { siteOf, type NodeState } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

async function install(context: RecoveryContext, hosts: readonly NodeState[]): Promise<void> {
  const site = await siteOf(context)
  await forEachNode(hosts, (host) => installManifest(context, site, host, 'kube-apiserver'))
}

const described = describeInstall('kube-apiserver')

/** Waiting for them is a later step's; the ones before it have something to do meanwhile. */
export const startApiServers = stepFromFindings<NodeState>({
  id: 'start-api-servers',
  title: 'Start the API servers',
  describe: described,
  find: (context) => withoutManifest(context, 'kube-apiserver'),
  work: install,
})

/** Only the one through which the others get their authorities. */
export const startFirstApiServer = stepFromFindings<NodeState>({
  id: 'start-first-api-server',
  title: 'Start the API server of the first control plane',
  describe: described,
  async find(context) {
    const { first } = await siteOf(context)
    return (await withoutManifest(context, 'kube-apiserver')).filter((host) => host === first)
  },
  work: install,
})
