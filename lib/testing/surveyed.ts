import type { RecoveryContext } from '../engine/step.ts'
import type { ClusterState } from '../model.ts'
import { machinePreconditions } from '../preflight/preconditions.ts'
import { surveyCluster } from '../preflight/survey.ts'

/** The cluster of a fake context. */
export function surveyed(context: RecoveryContext): Promise<ClusterState> {
  return surveyCluster(context, machinePreconditions)
}
