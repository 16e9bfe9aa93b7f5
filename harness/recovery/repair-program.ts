import { join } from 'node:path'
import { PreconditionError } from '../../lib/engine/errors.ts'
import { previewRecovery, runRecovery, type AnyRecovery } from '../../lib/index.ts'
import { nodeOf } from '../cluster/node-spec.ts'
import type { Journal } from '../model/journal.ts'
import type { Machine } from '../model/cluster.ts'
import { leavingSecrets } from '../store/leaving-secrets.ts'
import { recordedNode } from '../store/recorded-node.ts'
import { recoveryOf } from './registry.ts'
import type { FailureLink, RepairMessage, RepairOrder } from './repair-order.ts'

/** Time for what is under way to end when the parent is gone: longer than a command has between SIGTERM and SIGKILL. */
const shutdownMs = 4000

const stopping = new AbortController()

/** Changes a recovery before it is run; `append` writes to the run's journal. */
export type RecoveryChange = (recovery: AnyRecovery, append: Journal['append']) => AnyRecovery

/**
 * The process of one repair: started by repair-process.ts, which sends the order and gets the events.
 * @param change for experiments that spoil a recovery on purpose
 */
export function runRepairProgram(change: RecoveryChange = (recovery) => recovery): void {
  // Ctrl-C reaches the whole group; the parent decides, and sends SIGTERM.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => stopping.abort())
  process.on('disconnect', () => {
    stopping.abort()
    setTimeout(() => process.exit(1), shutdownMs)
  })
  process.once('message', (order: RepairOrder) => void carryOut(order, change))
  send({ type: 'ready' })
}

const send = (message: RepairMessage, sent: () => void = () => undefined) =>
  process.connected ? process.send?.(message, sent) : sent()

async function carryOut(order: RepairOrder, change: RecoveryChange): Promise<void> {
  const exit = () => process.exit(0)
  try {
    const plan = await work(order, change)
    send({ type: 'done', ...(plan ? { plan } : {}) }, exit)
  } catch (error) {
    send({ type: 'failed', chain: chainOf(error) }, exit)
  }
}

async function work(
  { what, nodes: specs, kubeadmConfig, recovery, runDir, originNs }: RepairOrder,
  change: RecoveryChange,
) {
  const journal = remoteJournal(BigInt(originNs))
  // The article copies keys through its own process, as people do.
  const leaving = recovery.id === 'library' ? leavingSecrets : undefined
  const nodes = specs.map((spec) =>
    recordedNode(announced(nodeOf(spec)), join(runDir, 'commands', `${spec.name}.jsonl`), journal, leaving),
  )
  const inventory = {
    controlPlanes: nodes.filter(({ role }) => role === 'control-plane'),
    workers: nodes.filter(({ role }) => role === 'worker'),
    ...(kubeadmConfig === undefined ? {} : { kubeadmConfig }),
  }
  const chosen = change(recoveryOf({ recovery, runDir, nodes: specs }), (event) => journal.append(event))
  const context = { inventory, signal: stopping.signal, emit: (event: { type: string }) => void journal.append(event) }
  if (what === 'plan') return previewRecovery(chosen, context)
  await runRecovery(chosen, context)
  return undefined
}

function remoteJournal(originNs: bigint): Journal {
  const nowMs = () => Number((process.hrtime.bigint() - originNs) / 1000n) / 1000
  return {
    originNs,
    nowMs,
    events: [],
    append(event) {
      send({ type: 'event', event })
      return { seq: 0, atMs: nowMs(), ...event }
    },
  }
}

/** Announces each command as it begins, so that a repair can be killed in the middle of one. */
function announced(machine: Machine): Machine {
  const begins = <T>(work: () => Promise<T>) => {
    send({ type: 'command-started', node: machine.name })
    return work()
  }
  return {
    ...machine,
    exec: (argv, options) => begins(() => machine.exec(argv, options)),
    readFile: (path) => begins(() => machine.readFile(path)),
    writeFile: (path, data, mode) => begins(() => machine.writeFile(path, data, mode)),
  }
}

function chainOf(error: unknown): readonly FailureLink[] {
  const chain: FailureLink[] = []
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause)
    chain.push({
      name: at.name,
      message: at.message,
      ...(at instanceof PreconditionError ? { reason: at.reason } : {}),
    })
  return chain.length > 0 ? chain : [{ name: 'Error', message: String(error) }]
}
