import { fork } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PlannedStep } from '../../lib/engine/step.ts'
import { packageFile, programPath } from '../host/package/package-files.ts'
import type { EventData } from '../model/journal.ts'
import type { CrashTrigger } from './crash-point.ts'
import { killTree } from './kill-tree.ts'
import type { FailureLink, RepairMessage, RepairOrder } from './repair-order.ts'

/** Between SIGTERM and SIGKILL when a repair is told to stop. */
const graceMs = 5000
/** From a command's announcement to the kill in its middle: the engine needs about this long to start it. */
const begunMs = 100

export interface RepairEnd {
  /** The process was killed at its crash point. */
  readonly killed: boolean
  readonly plan?: readonly PlannedStep[]
}

export interface RepairWatch {
  /** Right before it gets its order: that node starts and loads the program is the harness's time, not the repair's. */
  readonly onReady?: () => void
  readonly onEvent: (event: EventData) => void
  readonly signal: AbortSignal
  /** Where to kill it (SIGKILL). */
  readonly crashTrigger?: CrashTrigger
  /** Another program, for tests. */
  readonly program?: string
}

/**
 * Carries out an order in a process of its own. Rejects with what the repair failed with (names and causes kept), with
 * the signal's reason, or when the process died by itself.
 */
export async function repairProcess(order: RepairOrder, watch: RepairWatch): Promise<RepairEnd> {
  const { onEvent, signal, crashTrigger } = watch
  signal.throwIfAborted()
  const program = watch.program ?? packageFile(programPath('harness/recovery/repair-main'))
  // Standard output is for results, and with --json for JSON only.
  const child = fork(program, [], { execArgv: [], stdio: ['ignore', 2, 2, 'ipc'] })
  const ended = Promise.withResolvers<string>()
  let last: Extract<RepairMessage, { type: 'done' | 'failed' }> | undefined
  const state = { killed: false, over: false }
  const kill = () => {
    if (state.killed || state.over || child.pid === undefined) return
    state.killed = true
    killTree(child.pid)
  }
  const stop = () => {
    child.kill('SIGTERM')
    void sleep(graceMs, undefined, { ref: false }).then(kill)
  }
  child.on('message', (message: RepairMessage) => {
    if (message.type === 'done' || message.type === 'failed') last = message
    if (state.killed) return
    if (message.type === 'ready') {
      watch.onReady?.()
      child.send(order, () => undefined)
    }
    if (message.type === 'event') onEvent(message.event)
    const when = crashTrigger?.(message)
    if (when === 'now') kill()
    else if (when === 'when begun') setTimeout(kill, begunMs)
  })
  child.on('error', (error) => ended.reject(error))
  child.on('exit', () => (state.over = true))
  // Not exit: its last message may still be on its way then.
  child.on('close', (code, by) => ended.resolve(by ?? `exit code ${code ?? 'unknown'}`))
  signal.addEventListener('abort', stop, { once: true })
  try {
    const how = await ended.promise
    signal.throwIfAborted()
    if (state.killed) return { killed: true }
    if (last === undefined) throw new Error(`the process of the repair ended without a result (${how})`)
    if (last.type === 'failed') throw errorOf(last.chain)
    return { killed: false, ...(last.plan ? { plan: last.plan } : {}) }
  } finally {
    signal.removeEventListener('abort', stop)
    kill()
  }
}

/** The error of another process, with its causes. */
function errorOf(chain: readonly FailureLink[]): Error {
  const [outer, ...inner] = chain
  const error = new Error(outer?.message ?? 'the repair failed', inner.length > 0 ? { cause: errorOf(inner) } : {})
  error.name = outer?.name ?? 'Error'
  return outer?.reason === undefined ? error : Object.assign(error, { reason: outer.reason })
}
