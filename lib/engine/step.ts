import type { ClusterState } from '../model.ts'
import type { Node } from '../node.ts'
import { messageOf, PreconditionError, StepError } from './errors.ts'
import type { RecoveryEvent } from './recovery-event.ts'

/** The machines to repair. */
export interface Inventory {
  readonly controlPlanes: readonly Node[]
  readonly workers: readonly Node[]
  /**
   * The kubeadm configuration file (YAML documents, v1beta3 or v1beta4) that the cluster was created with, where an
   * operator kept it. Without it the configuration is read from etcd's files.
   */
  readonly kubeadmConfig?: string
}

export interface RecoveryContext {
  readonly inventory: Inventory
  readonly emit: (event: RecoveryEvent) => void
  readonly signal: AbortSignal
  /** How many times as long as usual the repair waits before it gives anything up; by default as the recovery has it, or 1. */
  readonly timeoutFactor?: number
}

/** One thing that a step would do on a machine; `cluster` where it is done through the API. */
export interface PlannedAction {
  readonly node: string
  readonly action: string
  readonly reason: string
}

/** A step in a plan. Without actions there is nothing to do. */
export interface PlannedStep {
  readonly id: string
  readonly title: string
  readonly actions: readonly PlannedAction[]
}

/**
 * One part of a repair. It must be safe to kill anywhere and to run again: `needed` asks the machines, never a progress
 * file.
 * @template C what the recovery's survey found
 * @template T one thing to do
 */
export interface Step<C = ClusterState, T = unknown> {
  readonly id: string
  /** The order as an operator would give it. */
  readonly title: string
  /**
   * Prepares for other steps, waits for what they did, or finishes it: needed only where another step is. Steps without
   * this find what is lost or damaged.
   */
  readonly followUp?: true
  /** What is to be done; nothing skips the step. A step without this is always run. */
  needed?(cluster: C, context: RecoveryContext): Promise<readonly T[]>
  /** What `run` would do now, for the plan. Reads, changes nothing. */
  preview?(cluster: C, context: RecoveryContext): Promise<readonly PlannedAction[]>
  /** @param found what `needed` found just before, so that no machine is asked twice */
  run(cluster: C, context: RecoveryContext, found: readonly T[]): Promise<void>
  /** The post-condition; rejects where it does not hold. */
  verify?(cluster: C, context: RecoveryContext): Promise<void>
}

/** The first step of a recovery. It finds out what the others work on. */
export interface Preflight<C = ClusterState> extends Step<C> {
  /** Reads, changes nothing. Rejects with PreconditionError where the repair would do harm. */
  survey(context: RecoveryContext): Promise<C>
  /** Asked where no step finds anything to do. Throws PreconditionError where something is lost that no step can bring back. */
  refuseIdle?(cluster: C, signal: AbortSignal): Promise<void>
  /** Emits, where no step finds anything to do, what is not well for other reasons. */
  reportIdle?(cluster: C, context: RecoveryContext): Promise<void>
  /** Emits, at the end, what was found and stays as it is. */
  report?(cluster: C, context: RecoveryContext): void
}

/** A way to repair a cluster: the library's, or one that is compared with it. */
export interface Recovery<C = ClusterState> {
  readonly id: string
  readonly title: string
  readonly preflight: Preflight<C>
  /** The steps after `preflight`, in their order. */
  readonly steps: readonly Step<C>[]
  /** How many times as long as usual it waits before it gives anything up; default 1. It grows with the number of machines besides. */
  readonly timeoutFactor?: number
  /** Gives back what the steps hold; called however they end. Never rejects. */
  giveBack?(cluster: C, context: RecoveryContext): Promise<void>
}

/** A recovery of any kind, for those who only run or list it. */
export type AnyRecovery = Recovery<unknown>

/**
 * Whether anything is lost or damaged, so that the steps must be run. Reads, changes nothing. A step that cannot tell
 * yet, because an earlier one makes what it asks, counts as needed. Rejects with StepError where a step refuses
 * (PreconditionError), or with the signal's reason.
 */
export async function isRepairNeeded<C>(
  steps: readonly Step<C>[],
  cluster: C,
  context: RecoveryContext,
): Promise<boolean> {
  for (const step of steps) {
    context.signal.throwIfAborted()
    if (step.followUp) continue
    const finds = await inStep(step, context, () => findsAnything(step, cluster, context))
    if (finds) return true
  }
  return false
}

async function findsAnything<C>(step: Step<C>, cluster: C, context: RecoveryContext): Promise<boolean> {
  if (!step.needed) return true
  try {
    return (await step.needed(cluster, context)).length > 0
  } catch (error) {
    if (context.signal.aborted || error instanceof PreconditionError) throw error
    return true
  }
}

/**
 * Runs the steps in order: needed? → run → verify. Rejects with StepError at the first that fails, or with the signal's
 * reason.
 */
export async function runSteps<C>(steps: readonly Step<C>[], cluster: C, context: RecoveryContext): Promise<void> {
  for (const step of steps) {
    context.signal.throwIfAborted()
    const found = step.needed ? await inStep(step, context, async () => step.needed?.(cluster, context)) : undefined
    if (found?.length === 0) {
      context.emit({ type: 'step.skipped', step: step.id, title: step.title })
      continue
    }
    await announced(step, context, async () => {
      await step.run(cluster, context, found ?? [])
      await step.verify?.(cluster, context)
    })
  }
}

/**
 * Runs the first step: survey → run → verify. Gives the surveyed cluster. Rejects as runSteps does.
 * @param before part of the step, ahead of the survey
 */
export async function runPreflight<C>(
  preflight: Preflight<C>,
  context: RecoveryContext,
  before: (context: RecoveryContext) => Promise<void>,
): Promise<C> {
  context.signal.throwIfAborted()
  return announced(preflight, context, async () => {
    await before(context)
    const cluster = await preflight.survey(context)
    await preflight.run(cluster, context, [])
    await preflight.verify?.(cluster, context)
    return cluster
  })
}

/**
 * What the steps would do now, machine by machine; changes nothing. Nothing where no repair is needed. A step without a preview
 * only waits and verifies, or is done whatever the machines say.
 */
export async function previewSteps<C>(
  steps: readonly Step<C>[],
  cluster: C,
  context: RecoveryContext,
): Promise<readonly PlannedStep[]> {
  const planned: PlannedStep[] = []
  if (!(await isRepairNeeded(steps, cluster, context)))
    return steps.map(({ id, title }) => ({ id, title, actions: [] }))
  for (const step of steps) {
    const { id, title } = step
    context.signal.throwIfAborted()
    const actions = step.preview
      ? await step.preview(cluster, context)
      : [{ node: 'cluster', action: 'in any case', reason: 'a part of every repair' }]
    planned.push({ id, title, actions })
  }
  return planned
}

async function announced<T>(
  step: Pick<Step, 'id' | 'title'>,
  context: RecoveryContext,
  body: () => Promise<T>,
): Promise<T> {
  const named = { step: step.id, title: step.title }
  context.emit({ type: 'step.started', ...named })
  const result = await inStep(step, context, body)
  context.emit({ type: 'step.finished', ...named })
  return result
}

/** Rejects with StepError, and says so, where a part of a step does. */
export async function inStep<T>(
  { id, title }: Pick<Step, 'id' | 'title'>,
  context: RecoveryContext,
  body: () => Promise<T>,
): Promise<T> {
  try {
    return await body()
  } catch (cause) {
    context.signal.throwIfAborted()
    context.emit({ type: 'step.failed', step: id, title, message: messageOf(cause) })
    throw new StepError(id, { cause })
  }
}
