import type { Hold, Holds } from '../model.ts'
import { messageOf } from './errors.ts'
import type { RecoveryContext } from './step.ts'

/** For each: whoever ends the repair gives it some seconds before it is killed. */
const timeoutMs = 4000

/** What the repair holds; that something is taken or released is an event, by which also a repair that was killed is known to hold it. */
export function announcedHolds({ emit }: Pick<RecoveryContext, 'emit'>): Holds {
  const holds = new Map<string, Hold>()
  const [set, remove] = [holds.set.bind(holds), holds.delete.bind(holds)]
  return Object.assign(holds, {
    set(what: string, hold: Hold) {
      emit({ type: 'hold.taken', what, until: hold.until })
      return set(what, hold)
    },
    delete(what: string) {
      const isHeld = remove(what)
      if (isHeld) emit({ type: 'hold.released', what })
      return isHeld
    },
  })
}

/**
 * Gives back everything that the repair holds, at once, with a time limit of its own: the repair may have been aborted. What
 * cannot be given back is an event; everything that is held runs out by itself.
 */
export async function giveBack(holds: Holds, { emit }: Pick<RecoveryContext, 'emit'>): Promise<void> {
  const held = [...holds]
  holds.clear()
  await Promise.all(
    held.map(async ([what, { until, release }]) => {
      try {
        await release(AbortSignal.timeout(timeoutMs))
        emit({ type: 'hold.given-back', what })
      } catch (error) {
        emit({ type: 'hold.kept', what, until, message: messageOf(error) })
      }
    }),
  )
}
