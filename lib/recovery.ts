import { askOnce } from './engine/ask-once.ts'
import { PreconditionError } from './engine/errors.ts'
import { giveBack } from './engine/holds.ts'
import { defaultOptions, type RecoveryOptions } from './engine/options.ts'
import type { RecoveryResult } from './engine/recovery-result.ts'
import { withResult } from './engine/with-result.ts'
import {
  inStep,
  isRepairNeeded,
  previewSteps,
  runPreflight,
  runSteps,
  type AnyRecovery,
  type Inventory,
  type PlannedStep,
  type Preflight,
  type Recovery,
  type RecoveryContext,
  type Step,
} from './engine/step.ts'
import { patientNode, timeoutFactorOf, type Patience } from './engine/time-limits.ts'
import type { Node } from './node.ts'
import { finishPreconditions, repairPreconditions } from './preflight/preconditions.ts'
import { stopOrphanedScripts } from './shell/orphaned-scripts.ts'
import { preflight } from './steps/preflight.ts'
import { finishSteps, repairSteps } from './steps/step-order.ts'

/**
 * Recovers a kubeadm cluster whose control planes lost everything under /etc/kubernetes, with new CAs and a new
 * service-account key, while its containers keep running. Throws PreconditionError for options that contradict each
 * other.
 */
export function libraryRecovery(options: RecoveryOptions = defaultOptions): Recovery {
  return {
    id: 'library',
    title: 'New certificates for the whole cluster, etcd first, while the workloads keep running',
    preflight: preflight(repairPreconditions(options)),
    steps: repairSteps(options),
    timeoutFactor: options.timeoutFactor,
    giveBack: ({ learned }, context) => giveBack(learned.holds, context),
  }
}

/**
 * Ends the time in which tokens of a lost service-account key are accepted. Refuses while the cluster has any, and
 * restarts clients that keep one in memory.
 */
export function finishRecovery(options: RecoveryOptions = defaultOptions): Recovery {
  return {
    id: 'finish',
    title: 'Lost service-account keys are accepted no more',
    preflight: preflight(finishPreconditions),
    giveBack: ({ learned }, context) => giveBack(learned.holds, context),
    steps: finishSteps(options),
    timeoutFactor: options.timeoutFactor,
  }
}

/** All steps of a recovery in their order, known before there is a machine. */
export function stepsOf({ preflight, steps }: AnyRecovery): readonly Pick<Step, 'id' | 'title'>[] {
  return [preflight, ...steps]
}

/**
 * Runs a recovery from its first step to its last, where any of them finds something to do. Gives what it came to. Rejects with
 * StepError at the first step that fails, with PreconditionError for an inventory that contradicts itself, or with the signal's
 * reason. However it ends, its last event is `recovery.ended`, which has the result of a recovery that failed too.
 */
export async function runRecovery(recovery: AnyRecovery, context: RecoveryContext): Promise<RecoveryResult> {
  return withResult(recovery.preflight.id, context, (recorded) => carryOut(recovery, recorded))
}

async function carryOut(recovery: AnyRecovery, given: RecoveryContext): Promise<'recovered' | 'nothing-to-do'> {
  const { preflight, steps } = recovery
  const repair = { begins: false }
  const patient = patientContext(recovery, given)
  const context = { ...patient, inventory: askedOnce(patient.inventory, () => repair.begins) }
  const cluster = await beginRecovery(preflight, context)
  if (!(await isRepairNeeded(steps, cluster, context))) {
    await inStep(preflight, context, async () => preflight.refuseIdle?.(cluster, context.signal))
    preflight.report?.(cluster, context)
    await inStep(preflight, context, async () => preflight.reportIdle?.(cluster, context))
    context.emit({ type: 'recovery.not-needed', title: 'Nothing to do: nothing is lost or damaged' })
    return 'nothing-to-do'
  }
  repair.begins = true
  try {
    await runSteps(steps, cluster, context)
  } finally {
    await recovery.giveBack?.(cluster, context)
  }
  preflight.report?.(cluster, context)
  return 'recovered'
}

/** Stops orphaned scripts, then runs the first step. Gives the surveyed cluster, for runSteps. */
export async function beginRecovery<C>(preflight: Preflight<C>, context: RecoveryContext): Promise<C> {
  refuseContradictions(context.inventory)
  return runPreflight(preflight, context, stopOrphanedScripts)
}

/** What a recovery would do now; changes nothing. Rejects with PreconditionError where the recovery would be refused. */
export async function previewRecovery(
  { preflight, steps, timeoutFactor }: AnyRecovery,
  repairContext: RecoveryContext,
): Promise<readonly PlannedStep[]> {
  refuseContradictions(repairContext.inventory)
  const patient = patientContext({ timeoutFactor }, repairContext)
  const context = { ...patient, inventory: askedOnce(patient.inventory) }
  const cluster = await preflight.survey(context)
  const { id, title } = preflight
  const planned = await previewSteps(steps, cluster, context)
  const isIdle = planned.every(({ actions }) => actions.length === 0)
  if (isIdle) await preflight.refuseIdle?.(cluster, context.signal)
  const actions = isIdle ? [] : ((await preflight.preview?.(cluster, context)) ?? [])
  return [{ id, title, actions }, ...planned]
}

/** With machines whose commands may take as long as the recovery's factor and their number say. */
function patientContext({ timeoutFactor = 1 }: Patience, given: RecoveryContext): RecoveryContext {
  const { controlPlanes, workers } = given.inventory
  const patience = { timeoutFactor: given.timeoutFactor ?? timeoutFactor }
  const factor = timeoutFactorOf(controlPlanes.length + workers.length, patience)
  const patient = (node: Node) => patientNode(node, factor)
  const inventory = { ...given.inventory, controlPlanes: controlPlanes.map(patient), workers: workers.map(patient) }
  return { ...given, ...patience, inventory }
}

const askedOnce = ({ controlPlanes, workers, ...rest }: Inventory, isOver?: () => boolean): Inventory => ({
  ...rest,
  controlPlanes: controlPlanes.map((node) => askOnce(node, isOver)),
  workers: workers.map((node) => askOnce(node, isOver)),
})

function refuseContradictions({ controlPlanes, workers }: Inventory): void {
  if (controlPlanes.length === 0)
    throw new PreconditionError('the inventory names no control plane', { reason: 'invalid-inventory' })
  const machines = [...controlPlanes, ...workers]
  const twice = machines.find(({ name }, index) => machines.findIndex((other) => other.name === name) !== index)
  if (twice) throw new PreconditionError(`the inventory names ${twice.name} twice`, { reason: 'invalid-inventory' })
  const misplaced =
    controlPlanes.find(({ role }) => role !== 'control-plane') ?? workers.find(({ role }) => role !== 'worker')
  if (misplaced)
    throw new PreconditionError(`${misplaced.name} is a ${misplaced.role}, but not listed as one`, {
      reason: 'invalid-inventory',
    })
}
