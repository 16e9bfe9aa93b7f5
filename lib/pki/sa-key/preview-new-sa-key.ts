import type { RecoveryOptions } from '../../engine/options.ts'
import type { PlannedAction, RecoveryContext } from '../../engine/step.ts'
import type { ClusterState } from '../../model.ts'
import { assessSaKey } from './assess-sa-key.ts'
import { unsettledSaKeys } from './survey-sa-key.ts'

/** An action without its reason, which is the new key. */
export type FollowingAction = Pick<PlannedAction, 'node' | 'action'>

/**
 * The plan of a step that follows from a new service-account key, while there is none yet. Undefined where no new key is
 * needed, so that the step can be asked.
 */
export function previewNewSaKey(
  { compromised }: Pick<RecoveryOptions, 'compromised'>,
  actions: (cluster: ClusterState) => readonly FollowingAction[],
) {
  return async (cluster: ClusterState, { signal }: RecoveryContext): Promise<readonly PlannedAction[] | undefined> => {
    const { kind } = assessSaKey(await unsettledSaKeys(cluster, signal), compromised === 'sa-key')
    if (kind !== 'replace') return undefined
    return actions(cluster).map((each) => ({ ...each, reason: 'the service-account key will be new' }))
  }
}
