import type { RecoveryEvent } from './recovery-event.ts'

/** The events of one type. */
export function of<T extends RecoveryEvent['type']>(events: readonly RecoveryEvent[], type: T) {
  return events.filter((event): event is Extract<RecoveryEvent, { type: T }> => event.type === type)
}

/** Whether a step came to this end. */
export const ended = (events: readonly RecoveryEvent[], how: 'finished' | 'skipped', step: string) =>
  events.some((event) => event.type === `step.${how}` && 'step' in event && event.step === step)
