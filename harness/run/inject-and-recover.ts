import { restoreMountedFiles } from '../cluster/mounted-files.ts'
import { restoreOwnFiles } from '../workload/deploy-own-workload.ts'
import { hideKindConfiguration } from '../faults/hide-kind-configuration.ts'
import type { DrillContext } from '../model/context.ts'
import { errorChain, refusalReason } from '../model/errors.ts'
import type { Proof } from '../model/proof.ts'
import type { DrillEnvironment, DrillPlan } from './environment-port.ts'
import { injectLosses } from './inject-losses.ts'
import type { PhaseId } from './phases.ts'
import { repairUntilRecovered } from './repair-until-recovered.ts'

export interface LossAndRecovery {
  readonly ports: Pick<DrillEnvironment, 'kubeadmConfig' | 'repair' | 'recovered'>
  readonly plan: DrillPlan
  readonly context: DrillContext
  /** Wraps what is done; default: nothing around it. */
  readonly phase?: <T>(id: 'inject' | 'recover', body: () => Promise<T>) => Promise<T>
  /** Right before the repair, with the losses proved and the operator's files restored. */
  readonly beforeRepair?: (kubeadmConfig: string | undefined) => Promise<void>
}

export interface Recovery {
  readonly proof: Proof
  /** Why the cluster is not recovered, outermost first; undefined when it is, or when nothing was repaired. */
  readonly failure: readonly string[] | undefined
  /** When also the follow-up of the repair is over, with what that failed with. Never rejects for a repair that failed. */
  readonly ended: Promise<readonly string[] | undefined>
}

/**
 * The loop of a drill, a benchmark and a kill matrix: inject the losses, prove them, give the operator's files back, repair, and wait
 * until the cluster itself says that it is recovered. A repair that fails is a result and an event, not a rejection; a loss that is not
 * proved is not repaired. Without a recovery, or with one that is only planned, nothing is repaired.
 */
export async function injectAndRecover(given: LossAndRecovery): Promise<Recovery> {
  const { ports, plan, context, phase = bare, beforeRepair } = given
  const kubeadmConfig = await ports.kubeadmConfig(plan, context)
  const proof = await (plan.scenario.losses.length > 0
    ? phase('inject', () => injectLosses(plan.scenario, context))
    : nothingToLose(context))
  const nothing: Recovery = { proof, failure: undefined, ended: Promise.resolve(undefined) }
  if (proof.result !== 'confirmed' || plan.recovery === undefined) return nothing
  await restoreMountedFiles(context)
  await restoreOwnFiles(context)
  return phase('recover', async () => {
    await beforeRepair?.(kubeadmConfig)
    if (plan.planOnly) return nothing
    try {
      const { ended } = await repairUntilRecovered(ports, plan, context, kubeadmConfig)
      const over = ended.then(
        () => undefined,
        (error: unknown) => noteFailure(plan, context, error),
      )
      return { proof, failure: undefined, ended: over }
    } catch (error) {
      context.signal.throwIfAborted()
      const failure = noteFailure(plan, context, error)
      return { proof, failure, ended: Promise.resolve(failure) }
    }
  })
}

/** A scenario without a loss, whose repair shall find nothing to do. */
async function nothingToLose(context: DrillContext): Promise<Proof> {
  await hideKindConfiguration(context)
  return { result: 'confirmed', summary: 'nothing was to be lost', details: [] }
}

const bare = <T>(_: PhaseId, body: () => Promise<T>): Promise<T> => body()

function noteFailure({ recovery }: DrillPlan, { journal, signal }: DrillContext, error: unknown): readonly string[] {
  const chain = errorChain(error)
  const refused = refusalReason(error)
  if (!signal.aborted)
    journal.append({ type: 'recovery.failed', recovery: recovery?.id ?? '', chain, ...(refused ? { refused } : {}) })
  return chain
}
