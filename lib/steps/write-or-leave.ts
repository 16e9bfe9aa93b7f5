import { describeRefusal, remedyFor } from '../api/admission.ts'
import { untilAdmitted } from '../api/until-admitted.ts'
import type { RecoveryContext } from '../engine/step.ts'
import type { ClusterState } from '../model.ts'

/**
 * Does a write on which nothing else of the repair depends, until it is admitted. Resolves to false, and names the object and what keeps
 * it from being written, where it is not.
 * @param object such as `ConfigMap kube-public/cluster-info`
 */
export async function writeOrLeave(
  cluster: ClusterState,
  { emit, signal, timeoutMs }: Pick<RecoveryContext, 'emit' | 'signal'> & { readonly timeoutMs?: number },
  object: string,
  write: () => Promise<void>,
): Promise<boolean> {
  const refusal = await untilAdmitted(object, write, { signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) })
  if (!refusal) return true
  const who = await describeRefusal(cluster, refusal, signal)
  emit({
    type: 'object.left',
    object,
    reason: `it still has what is lost: ${who}; ${remedyFor(refusal)}, and start again`,
  })
  return false
}
