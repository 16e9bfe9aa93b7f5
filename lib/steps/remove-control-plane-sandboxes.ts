import { forEachNode } from '../engine/for-each-node.ts'
import { siteOf, type NodeState } from '../preflight/survey.ts'
import { abandonedSandboxes, removeSandboxes, type Sandbox } from '../static-pods/sandboxes.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

async function abandoned(context: RecoveryContext): Promise<{ host: NodeState; sandboxes: readonly Sandbox[] }[]> {
  const { controlPlanes } = await siteOf(context)
  const found = await forEachNode(controlPlanes, async (host) => {
    return { host, sandboxes: await abandonedSandboxes(host, context.signal) }
  })
  return found.filter(({ sandboxes }) => sandboxes.length > 0)
}

export const removeControlPlaneSandboxes = stepFromFindings({
  id: 'remove-control-plane-sandboxes',
  title: 'Remove what is left of the old control plane, and nothing else',
  describe: ({ host, sandboxes }) =>
    sandboxes.map(({ component }) => ({
      node: host.node.name,
      action: `remove a sandbox of ${component}`,
      reason: 'no manifest asks for it',
    })),
  find: abandoned,
  async work(context, found) {
    await forEachNode(found, ({ host, sandboxes }) => removeSandboxes(host, sandboxes, context.signal))
  },
  async verify(context) {
    const left = (await abandoned(context)).map(({ host }) => host.node.name)
    if (left.length > 0) throw new Error(`sandboxes of the old control plane are still on ${left.join(', ')}`)
  },
})
