import { StepError } from './errors.ts'
import type { Node } from '../node.ts'

/** The machines to repair. */
export interface Inventory {
  readonly controlPlanes: readonly Node[]
  readonly workers: readonly Node[]
  /**
   * The kubeadm configuration file (YAML documents, v1beta3 or v1beta4) that the cluster was made with, where an
   * operator kept it. Without it the configuration is found on the machines.
   */
  readonly kubeadmConfig?: string
}

/** What a recovery reports while it works; the caller records it. Times are the caller's. */
export type RecoveryEvent =
  | { readonly type: 'step.started' | 'step.finished' | 'step.skipped'; readonly step: string; readonly title: string }
  | { readonly type: 'step.failed'; readonly step: string; readonly title: string; readonly message: string }
  /** Something reached on the way, by a kebab-case id of the recovery's own, with a title for people. */
  | { readonly type: 'milestone.reached'; readonly milestone: string; readonly title: string }
  /** A certificate request that asks for what is not its machine's. */
  | { readonly type: 'request.denied'; readonly node: string; readonly request: string; readonly reason: string }
  /** A script that an earlier repair had left at work on a machine, and that is over now. */
  | { readonly type: 'orphan.stopped'; readonly node: string; readonly script: string }
  /** A fact that the report lists: which file the configuration came from, which file was backed up. */
  | { readonly type: 'input.used'; readonly node: string; readonly path: string }
  /** `reason`: what was wrong with it, where that is why. */
  | { readonly type: 'file.backed-up'; readonly node: string; readonly path: string; readonly reason?: string }
  /** A line that a command of the user's printed, or that is said to it. */
  | { readonly type: 'recovery.said'; readonly line: string }
  /** A pod (namespace/name) that the API refused, and by what that was seen; `client.restarted` for each such one that was helped. */
  | {
      readonly type: 'client.rejected' | 'client.restarted'
      readonly node: string
      readonly pod: string
      readonly reason: string
    }
  /** API servers that do not say whom they refuse, since profiling is off there. */
  | { readonly type: 'clients.unobserved'; readonly node: string; readonly reason: string }

export interface RecoveryContext {
  readonly inventory: Inventory
  readonly emit: (event: RecoveryEvent) => void
  readonly signal: AbortSignal
}

/** One thing that a step would do on a machine; `cluster` where it is done through the API. */
export interface PlannedAction {
  readonly node: string
  readonly action: string
  readonly reason: string
}

/** A step as it stands in a plan. Without actions there is nothing to do. */
export interface PlannedStep {
  readonly id: string
  readonly title: string
  readonly actions: readonly PlannedAction[]
}

/** One part of a repair. It must be safe to run again: `needed` asks the machines, never a progress file. */
export interface Step {
  readonly id: string
  /** The order as an operator would give it. */
  readonly title: string
  needed?(context: RecoveryContext): Promise<boolean>
  /** What `run` would do now, for the plan; reads, changes nothing. */
  preview?(context: RecoveryContext): Promise<readonly PlannedAction[]>
  run(context: RecoveryContext): Promise<void>
  /** The post-condition; rejects when it does not hold. */
  verify?(context: RecoveryContext): Promise<void>
}

/** A way to repair a cluster: the library's, the article's, or a command of the user's. */
export interface Recovery {
  readonly id: string
  readonly title: string
  plan(inventory: Inventory): Promise<readonly Step[]>
}

/**
 * Runs the steps in order: needed? → run → verify. Rejects with StepError at the first that fails, or as the signal
 * says.
 */
export async function runSteps(steps: readonly Step[], context: RecoveryContext): Promise<void> {
  for (const step of steps) {
    context.signal.throwIfAborted()
    const named = { step: step.id, title: step.title }
    if (step.needed && !(await inStep(step, context, () => step.needed?.(context) ?? Promise.resolve(true)))) {
      context.emit({ type: 'step.skipped', ...named })
      continue
    }
    context.emit({ type: 'step.started', ...named })
    await inStep(step, context, async () => {
      await step.run(context)
      await step.verify?.(context)
    })
    context.emit({ type: 'step.finished', ...named })
  }
}

async function inStep<T>(step: Step, context: RecoveryContext, body: () => Promise<T>): Promise<T> {
  try {
    return await body()
  } catch (cause) {
    context.signal.throwIfAborted()
    const message = cause instanceof Error ? cause.message : String(cause)
    context.emit({ type: 'step.failed', step: step.id, title: step.title, message })
    throw new StepError(step.id, { cause })
  }
}
