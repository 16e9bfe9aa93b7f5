import { onEach } from '../each.ts'
import { siteOf } from '../site.ts'
import { abandonedSandboxes, removeSandboxes } from '../static-pods.ts'
import type { RecoveryContext, Step } from '../step.ts'

async function abandoned(context: RecoveryContext) {
  const { controlPlanes } = await siteOf(context)
  const found = await onEach(controlPlanes, async (host) => ({
    host,
    sandboxes: await abandonedSandboxes(host, context.signal),
  }))
  return found.filter(({ sandboxes }) => sandboxes.length > 0)
}

export const removeControlPlaneSandboxes: Step = {
  id: 'remove-control-plane-sandboxes',
  title: 'Remove what is left of the old control plane, and nothing else',
  needed: async (context) => (await abandoned(context)).length > 0,
  async run(context) {
    await onEach(await abandoned(context), ({ host, sandboxes }) => removeSandboxes(host, sandboxes, context.signal))
  },
  async verify(context) {
    const left = await abandoned(context)
    if (left.length > 0)
      throw new Error(
        `sandboxes of the old control plane are still on ${left.map(({ host }) => host.node.name).join(', ')}`,
      )
  },
}
