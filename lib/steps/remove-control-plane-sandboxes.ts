import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { abandonedSandboxes, removeSandboxes, type Sandbox } from '../static-pods/sandboxes.ts'

interface Abandoned {
  readonly host: NodeState
  readonly sandboxes: readonly Sandbox[]
}

async function abandoned({ controlPlanes }: ClusterState, { signal }: RecoveryContext): Promise<Abandoned[]> {
  const found = await forEachNode(controlPlanes, async (host) => {
    return { host, sandboxes: await abandonedSandboxes(host, signal) }
  })
  return found.filter(({ sandboxes }) => sandboxes.length > 0)
}

export const removeControlPlaneSandboxes = stepFromFindings<Abandoned>({
  id: 'remove-control-plane-sandboxes',
  title: 'Remove the pod sandboxes of the lost control plane, and nothing else',
  describe: ({ host, sandboxes }) =>
    sandboxes.map(({ component }) => ({
      node: host.node.name,
      action: `remove a sandbox of ${component}`,
      reason: 'it has no manifest',
    })),
  find: abandoned,
  async work(_cluster, { signal }, found) {
    await forEachNode(found, ({ host, sandboxes }) => removeSandboxes(host, sandboxes, signal))
  },
  async verify(cluster, context) {
    const left = (await abandoned(cluster, context)).map(({ host }) => host.node.name)
    if (left.length > 0) throw new Error(`sandboxes of the lost control plane remain on ${left.join(', ')}`)
  },
})
