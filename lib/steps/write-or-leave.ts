import { describeRefusal, remedyFor } from '../api/admission.ts'
import { patienceMs, untilAdmitted } from '../api/until-admitted.ts'
import type { RecoveryContext } from '../engine/step.ts'
import type { ClusterState } from '../model.ts'

/**
 * Does a write on which nothing else of the repair depends, until it is admitted. Resolves to false, and names the object and what keeps
 * it from being written, where it is not.
 * @param object such as `ConfigMap kube-public/cluster-info`
 */
export async function writeOrLeave(
  cluster: ClusterState,
  { emit, signal }: Pick<RecoveryContext, 'emit' | 'signal'>,
  object: string,
  write: () => Promise<void>,
  timeoutMs = patienceMs,
): Promise<boolean> {
  const refusal = await untilAdmitted(object, write, { timeoutMs, signal })
  if (!refusal) return true
  const who = await describeRefusal(cluster, refusal, signal)
  emit({
    type: 'object.left',
    object,
    reason: `it still has what is lost: ${who}; ${remedyFor(refusal)}, and start again`,
  })
  return false
}
