import type { RecoveryOptions } from '../../lib/engine/options.ts'
import type { PlannedStep } from '../../lib/engine/step.ts'
import { specOf, type NodeSpec } from '../cluster/node-spec.ts'
import type { Machine } from '../model/cluster.ts'
import type { EventData, Journal } from '../model/journal.ts'

/** What the process of a repair is told: plain data, sent to it once. */
export interface RepairOrder {
  readonly what: 'repair' | 'plan'
  readonly nodes: readonly NodeSpec[]
  readonly kubeadmConfig?: string
  readonly recovery: { readonly id: string; readonly options: RecoveryOptions }
  readonly runDir: string
  /** The zero of the journal's clock, process.hrtime.bigint() in digits: the monotonic clock is one for all processes. */
  readonly originNs: string
}

/** An order for machines as the harness has them. */
export function repairOrder(
  order: Omit<RepairOrder, 'nodes' | 'originNs' | 'kubeadmConfig'>,
  machines: readonly Machine[],
  { originNs }: Pick<Journal, 'originNs'>,
  kubeadmConfig: string | undefined,
): RepairOrder {
  return {
    ...order,
    nodes: machines.map(specOf),
    originNs: String(originNs),
    ...(kubeadmConfig === undefined ? {} : { kubeadmConfig }),
  }
}

/** An error of the repair's process, as it crosses to the harness. */
export interface FailureLink {
  readonly name: string
  readonly message: string
  /** Of a PreconditionError: which one. */
  readonly reason?: string
}

/** What it answers: that it is loaded and waits for its order, events for the journal, each command that begins, and at last how it ended. */
export type RepairMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'event'; readonly event: EventData }
  | { readonly type: 'command-started'; readonly node: string }
  | { readonly type: 'done'; readonly plan?: readonly PlannedStep[] }
  | { readonly type: 'failed'; readonly chain: readonly FailureLink[] }
