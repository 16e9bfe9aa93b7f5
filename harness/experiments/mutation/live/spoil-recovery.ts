import { setTimeout as sleep } from 'node:timers/promises'
import { PreconditionError } from '../../../../lib/engine/errors.ts'
import type { AnyRecovery, PreconditionReason, Step } from '../../../../lib/index.ts'
import type { ClusterState } from '../../../../lib/model.ts'
import type { Preconditions } from '../../../../lib/preflight/survey.ts'
import { waitForPort } from '../../../../lib/shell/wait-for-port.ts'
import { installManifest } from '../../../../lib/static-pods/manifests.ts'

type Applied = (what: string) => void

/**
 * The recovery with steps that do and verify nothing. They still ask whether they are needed, so that `applied` is called only
 * where there was something to do. Throws for a step that the recovery does not have.
 */
export function withoutSteps(recovery: AnyRecovery, off: readonly string[], applied: Applied): AnyRecovery {
  return withChanged(recovery, off, (step) => ({
    ...step,
    run: async () => applied(`step ${step.id}`),
    verify: async () => undefined,
  }))
}

/** The recovery with a step that is done on the first control plane alone. Throws for a step that the recovery does not have. */
export function withStepOnFirstOnly(recovery: AnyRecovery, id: string, applied: Applied): AnyRecovery {
  const firstOnly = (cluster: unknown): ClusterState => {
    const state = cluster as ClusterState
    return { ...state, controlPlanes: [state.first] }
  }
  return withChanged(recovery, [id], (step) => ({
    ...step,
    needed: async (cluster, context) => (await step.needed?.(firstOnly(cluster), context)) ?? [cluster],
    async run(cluster, context, found) {
      await step.run(firstOnly(cluster), context, found)
      applied(`step ${id} on ${firstOnly(cluster).first.node.name} alone`)
    },
    verify: async (cluster, context) => step.verify?.(firstOnly(cluster), context),
  }))
}

/**
 * The recovery that has no restricted controller manager: the full one is started in its place, nobody holds its lease, and kubelets
 * stay cut off for longer than it waits for them.
 */
export function withControllerManagerFirst(recovery: AnyRecovery, cutOffMs: number, applied: Applied): AnyRecovery {
  const started = withChanged(recovery, ['start-restricted-controller-manager'], (step) => ({
    ...step,
    async run(cluster, context) {
      const { first, config } = cluster as ClusterState
      await waitForPort(first, first.address, config.bindPort, { signal: context.signal })
      await installManifest(context, first, 'kube-controller-manager')
      applied('the full controller manager in place of the restricted one')
    },
  }))
  const unheld = withChanged(started, ['hold-leader-election'], (step) => ({ ...step, run: async () => undefined }))
  return withChanged(unheld, ['restart-kubelets'], (step) => ({
    ...step,
    async run(cluster, context, found) {
      await sleep(cutOffMs, undefined, { signal: context.signal })
      await step.run(cluster, context, found)
    },
  }))
}

function withChanged(
  recovery: AnyRecovery,
  ids: readonly string[],
  change: (step: Step<unknown>) => Step<unknown>,
): AnyRecovery {
  const missing = ids.find((id) => !recovery.steps.some((step) => step.id === id))
  if (missing !== undefined) throw new Error(`the repair has no step ${missing}`)
  return { ...recovery, steps: recovery.steps.map((step) => (ids.includes(step.id) ? change(step) : step)) }
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
