import { PreconditionError } from '../engine/errors.ts'
import type { NodeFacts } from '../model.ts'

/**
 * Throws PreconditionError where a kubelet has its files elsewhere than kubeadm puts them: what the repair reads would be another
 * kubelet's, or nobody's, and what it writes would help nobody.
 */
export function refuseOtherPaths(
  machines: readonly ({ readonly name: string } & Pick<NodeFacts, 'otherPaths'>)[],
): void {
  const other = machines.filter(({ otherPaths }) => otherPaths.length > 0)
  if (other.length === 0) return
  const named = other.map(({ name, otherPaths }) => `${name} (${otherPaths.join(' ')})`)
  throw new PreconditionError(
    `kubelet has its files elsewhere than kubeadm puts them on ${named.join(', ')}; nothing was changed: this repair knows only kubeadm's paths`,
    { reason: 'kubelet-paths' },
  )
}
