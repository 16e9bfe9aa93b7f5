import { PreconditionError } from '../engine/errors.ts'
import { withoutConfig } from '../kubelet/kubelet.ts'
import type { NodeFacts } from '../model.ts'

/** Throws PreconditionError for control planes whose kubelets would not start. Workers like that are left, and hold nobody up. */
export function refuseLostKubeletConfig(
  controlPlanes: readonly ({ readonly name: string } & Pick<NodeFacts, 'lacksKubeletConfig'>)[],
): void {
  const names = controlPlanes.flatMap(({ name, lacksKubeletConfig }) => (lacksKubeletConfig ? [name] : []))
  if (names.length === 0) return
  throw new PreconditionError(
    `kubelet would not start on ${names.join(', ')}; nothing was changed: ${withoutConfig}, and start again`,
    { reason: 'kubelet-config-missing' },
  )
}
