import { PreconditionError } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { ClusterState } from '../model.ts'
import { isInstalled } from '../static-pods/manifests.ts'
import { isTaken } from '../static-pods/taken-manifests.ts'

/**
 * Rejects with PreconditionError where a manifest is lost whose pod had something that this library cannot read, such as a field
 * of a younger Kubernetes: made again without it, the component would run otherwise than before.
 */
export async function refuseUnreadablePods({ controlPlanes }: ClusterState, signal: AbortSignal): Promise<void> {
  const found = await forEachNode(controlPlanes, async (host) => {
    const unreadable = [...host.mirrorPodSpecs].filter(([, { unknown = [] }]) => unknown.length > 0)
    const lost = await forEachNode(unreadable, async ([component, { unknown = [] }]) =>
      (await isInstalled(host, [component], signal)) || (await isTaken(host, component, signal))
        ? []
        : [`${component} on ${host.node.name} (${unknown.join(', ')})`],
    )
    return lost.flat()
  })
  const named = found.flat()
  if (named.length === 0) return
  throw new PreconditionError(
    `the manifests of ${named.join('; ')} are lost, and their pods had fields that the repair cannot read; nothing was changed: bring those manifests back and start again`,
    { reason: 'manifest-not-restorable' },
  )
}
