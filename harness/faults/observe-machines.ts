import type { Machine } from '../model/cluster.ts'
import type { DrillContext } from '../model/context.ts'
import { waitFor } from '../../lib/engine/wait.ts'
import type { Observation } from './prove.ts'
import { machinesOn, type Selection } from './selection.ts'

/** How long a proof waits. */
export interface Patience {
  /** Default 85 s: kubelet looks for manifests every 20 s and gives an API server 30 s to end. */
  readonly timeoutMs?: number
  /** Between two observations. */
  readonly intervalMs?: number
}

export interface MachineProof extends Patience {
  readonly on: Selection
  /** The journal's name of what is observed: `fault.files-observed`. */
  readonly event: string
  /** Prints what is left, a line each; nothing when the loss is complete. Fails when the machine cannot say. */
  readonly script: string
  /** What it means that this is left, without the machine. */
  readonly left: (lines: readonly string[]) => string
  /** What it means that nothing is left. */
  readonly gone: string
}

/** Asks every machine until nothing is left of what was lost, or the time is over; the last answers count. */
export async function observeMachines(context: DrillContext, proof: MachineProof): Promise<Observation> {
  const observed = await Promise.all(
    machinesOn(context.cluster, proof.on).map(async (machine) => {
      const left = await leftOn(machine, context.signal, { ...proof, argv: ['sh', '-c', proof.script] })
      context.journal.append({ type: proof.event, node: machine.name, ...(left ? { left } : {}) })
      return { node: machine.name, left }
    }),
  )
  return {
    contradictions: observed.flatMap(({ node, left }) => (left?.length ? [`${node}: ${proof.left(left)}`] : [])),
    unanswered: observed.flatMap(({ node, left }) => (left ? [] : [`${node}: the machine did not say what is left`])),
    confirmed: observed.flatMap(({ node, left }) => (left?.length === 0 ? [`${node}: ${proof.gone}`] : [])),
  }
}

/**
 * The last answer of a machine that is asked until nothing is left, or the time is over: a line each; undefined when it did not
 * answer in the end.
 * @param argv prints what is left, and fails when the machine cannot say
 */
export async function leftOn(
  machine: Machine,
  signal: AbortSignal,
  { argv, timeoutMs = 85_000, intervalMs = 1000 }: Patience & { readonly argv: readonly [string, ...string[]] },
): Promise<readonly string[] | undefined> {
  let last: readonly string[] | undefined
  const observe = async () => {
    last = undefined
    const { stdout } = await machine.exec(argv, { timeoutMs: 20_000, signal })
    last = stdout.split('\n').filter((line) => line.trim() !== '')
    return last.length === 0
  }
  await waitFor(`nothing left on ${machine.name}`, observe, { timeoutMs, intervalMs, signal }).catch(() =>
    signal.throwIfAborted(),
  )
  return last
}
