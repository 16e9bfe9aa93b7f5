import type { RecoveryEvent } from './recovery-event.ts'
import type { RecoveryResult } from './recovery-result.ts'
import { resultOf, type RecoveryEnd } from './result-of.ts'
import type { RecoveryContext } from './step.ts'

/**
 * Gives what a recovery came to, by its end and the events on its way, and emits it as its last event; also where it rejects, with the
 * same error then.
 * @param first the id of the step that changes nothing
 */
export async function withResult(
  first: string,
  context: RecoveryContext,
  recover: (context: RecoveryContext) => Promise<'recovered' | 'nothing-to-do'>,
): Promise<RecoveryResult> {
  const events: RecoveryEvent[] = []
  const emit = (event: RecoveryEvent) => {
    events.push(event)
    context.emit(event)
  }
  const end = (how: RecoveryEnd): RecoveryResult => {
    const result = resultOf(events, how)
    context.emit({ type: 'recovery.ended', result })
    return result
  }
  const kind = await recover({ ...context, emit }).catch((error: unknown) => {
    const began = events.some((event) => event.type === 'step.started' && event.step !== first)
    end({ kind: 'error', error, began })
    throw error
  })
  return end({ kind })
}
