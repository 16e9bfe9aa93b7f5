import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { ClusterState, Component, NodeState } from '../model.ts'
import { stoppedFor } from '../static-pods/components.ts'
import { missingManifests } from '../static-pods/manifests.ts'
import { abandonedSandboxes, removeSandboxes } from '../static-pods/sandboxes.ts'
import { giveBackManifests, takeManifests, takenManifests } from '../static-pods/taken-manifests.ts'

/** A control plane whose kubelet still runs what must not run on with the old CA. */
interface Running {
  readonly host: NodeState
  readonly components: readonly Component[]
  readonly cas: string
}

async function running(cluster: ClusterState, { signal }: RecoveryContext): Promise<Running[]> {
  const { controlPlanes, learned } = cluster
  if (!learned.replaced) return []
  const wanted = stoppedFor(learned.replaced)
  const cas = [...learned.replaced].join(', ')
  const found = await forEachNode(controlPlanes, async (host): Promise<Running[]> => {
    const missing = await missingManifests(host, wanted, signal)
    const present = wanted.filter((component) => !missing.includes(component))
    return present.length > 0 ? [{ host, components: present, cas }] : []
  })
  return found.flat()
}

/**
 * Where a CA is replaced by the operator's word, or lost while the control plane runs on, the cluster is brought to where the loss of
 * everything would have brought it. The steps after this one repair that. A repair that ends before the old CA is touched gives the
 * manifests back.
 */
export const stopControlPlanes = stepFromFindings<Running>({
  id: 'stop-control-planes',
  title: 'Stop what runs with a CA that is replaced; the API is away until it is started again',
  describe: (found) => [
    {
      node: found.host.node.name,
      action: `stop ${found.components.join(', ')} until the new CA is there; the API is away meanwhile, workloads run on`,
      reason: `${found.cas} will be new, and what runs has the old one in memory`,
    },
  ],
  find: running,
  async work(cluster, context, found) {
    const hosts = found.map(({ host }) => host)
    cluster.learned.holds.set(takenManifests, {
      until: 'until the repair is run again with the same options',
      release: (signal) => giveBackManifests(hosts, signal),
    })
    await forEachNode(found, async ({ host, components: wanted }) => {
      await takeManifests(context, cluster, host, wanted)
      await removeSandboxes(host, await abandonedSandboxes(host, context.signal), context.signal)
    })
  },
  async verify(cluster, context) {
    const left = (await running(cluster, context)).map(({ host }) => host.node.name)
    if (left.length > 0) throw new Error(`manifests of what runs with the old CA remain on ${left.join(', ')}`)
  },
})
