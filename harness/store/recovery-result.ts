import type { RecoveryEvent } from '../../lib/engine/recovery-event.ts'
import { resultOf } from '../../lib/engine/result-of.ts'
import type { EventData } from '../model/journal.ts'
import { recoveryResultSchema, type RecoveryResultRecord } from '../model/recovery-result.ts'

/** The first step of every recovery of the library. */
const firstStep = 'preflight'

/**
 * What the last recovery on a journal came to, by its own word; of one that was killed (SIGKILL), as far as its events tell, what it
 * holds among it. Undefined where none was, it still runs, or it is not the library's.
 */
export function recoveryResult(events: readonly EventData[]): RecoveryResultRecord | undefined {
  const endAt = events.findLastIndex(({ type }) => type === 'recovery.ended')
  const cutAt = events.findLastIndex(({ type }) => type === 'recovery.killed' || type === 'recovery.failed')
  const from = events.findLastIndex(({ type, step }) => type === 'step.started' && step === firstStep)
  if (endAt >= from && !isKilledSince(events, endAt))
    return recoveryResultSchema.safeParse(events[endAt]?.['result']).data
  if (from === -1 || cutAt < from) return undefined
  const own = events.slice(from, cutAt)
  const began = own.some(({ type, step }) => type === 'step.started' && step !== firstStep)
  const error = new Error('the process of the repair was killed')
  return recoveryResultSchema.safeParse(resultOf(own as unknown as RecoveryEvent[], { kind: 'error', error, began }))
    .data
}

const isKilledSince = (events: readonly EventData[], at: number) =>
  events.findLastIndex(({ type }) => type === 'recovery.killed') > at
