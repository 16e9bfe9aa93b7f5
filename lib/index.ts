export { keyIdOfHeader } from './api/tokens.ts'
export { CommandError, PreconditionError, StepError, WaitTimeoutError } from './engine/errors.ts'
export type { PreconditionReason } from './engine/precondition-reasons.ts'
export {
  defaultOptions,
  recoveryChoices,
  replaceableCas,
  type RecoveryOptions,
  type ReplaceableCa,
} from './engine/options.ts'
export { runSteps } from './engine/step.ts'
export type { RecoveryEvent } from './engine/recovery-event.ts'
export type { LeftOver, LostTrust, RecoveryOutcome, RecoveryResult, Unseen } from './engine/recovery-result.ts'
export type { AnyRecovery, Inventory, PlannedStep, Preflight, Recovery, RecoveryContext, Step } from './engine/step.ts'
export { waitFor, type WaitOptions } from './engine/wait.ts'
export { nodeConfigs } from './kubeadm/node-configs.ts'
export type { ClusterState, NodeState } from './model.ts'
export type { CommandResult, ExecOptions, Node, NodeRole } from './node.ts'
export { keyId } from './pki/key-id.ts'
export { servingProblem, type ServingNode } from './pki/serving/serving-problem.ts'
export { machinePreconditions, repairPreconditions } from './preflight/preconditions.ts'
export { reportInputs } from './preflight/report-inputs.ts'
export { surveyCluster, type Preconditions } from './preflight/survey.ts'
export { beginRecovery, finishRecovery, libraryRecovery, previewRecovery, runRecovery, stepsOf } from './recovery.ts'
export { markVariable, scriptMark } from './shell/bash.ts'
export { workDir } from './shell/work-dir.ts'
