import { PreconditionError } from '../../../../lib/engine/errors.ts'
import type { AnyRecovery, PreconditionReason, Step } from '../../../../lib/index.ts'
import type { Preconditions } from '../../../../lib/preflight/survey.ts'

type Applied = (what: string) => void

/**
 * The recovery with steps that do and verify nothing. They still ask whether they are needed, so that `applied` is called only
 * where there was something to do. Throws for a step that the recovery does not have.
 */
export function withoutSteps(recovery: AnyRecovery, off: readonly string[], applied: Applied): AnyRecovery {
  const missing = off.find((id) => !recovery.steps.some((step) => step.id === id))
  if (missing !== undefined) throw new Error(`the repair has no step ${missing}`)
  const switchedOff = (step: Step<unknown>): Step<unknown> => ({
    ...step,
    run: async () => applied(`step ${step.id}`),
    verify: async () => undefined,
  })
  return { ...recovery, steps: recovery.steps.map((step) => (off.includes(step.id) ? switchedOff(step) : step)) }
}

/** Preconditions of which none refuses for this reason; `applied` is called where one would have. */
export function withoutPrecondition(
  { nodes, etcd, cluster }: Preconditions,
  off: PreconditionReason,
  applied: Applied,
): Preconditions {
  const orThrow = (error: unknown) => {
    if (!(error instanceof PreconditionError) || error.reason !== off) throw error
    applied(`precondition ${off}`)
  }
  const tolerant =
    <A extends unknown[]>(check: (...given: A) => void) =>
    (...given: A) => {
      try {
        check(...given)
      } catch (error) {
        orThrow(error)
      }
    }
  return {
    nodes: nodes.map(tolerant),
    etcd: etcd.map(tolerant),
    cluster: cluster.map(
      (check) =>
        (...given) =>
          check(...given).catch(orThrow),
    ),
  }
}
