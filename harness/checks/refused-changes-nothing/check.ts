import type { Check } from '../../model/check.ts'
import { counted } from '../../model/format.ts'
import type { RunView } from '../../model/run-view.ts'
import { conclude } from '../conclude.ts'
import { isLossProved } from '../loss-proved.ts'
import { type LookedAt, stateCollectors, untouched } from '../untouched.ts'

const check = { id: 'refused-changes-nothing', title: 'The repair refuses and changes nothing' }

/**
 * For losses that the repair must not touch: it names the reason that the scenario expects, and no file or process of any machine is
 * another than just before it. Where the API answers, no container and no object either.
 * @param at when the cluster is looked at again
 */
export function refusedChangesNothing(reason: string, at: LookedAt = 'settled'): Check {
  return {
    ...check,
    collect: stateCollectors(at),
    judge(run) {
      const { changes, unknowns, facts, compared } = untouched(run, at)
      const refusal = refusalOf(run, reason)
      if (!compared) return conclude(check, { ...refusal, unknowns: [...refusal.unknowns, ...unknowns], claim: '' })
      const { machines, objects } = compared
      return conclude(check, {
        failures: [...refusal.failures, ...changes],
        unknowns: [...refusal.unknowns, ...unknowns],
        claim: `the repair refused (${reason}), and no file changed on ${counted(machines, 'machine')}${objects === 0 ? '' : `, no container and none of ${counted(objects, 'object')}`}`,
        facts,
      })
    },
  }
}

function refusalOf(
  { events }: RunView,
  reason: string,
): { readonly failures: readonly string[]; readonly unknowns: readonly string[] } {
  if (!isLossProved({ events }))
    return { failures: [], unknowns: ['the loss is not proved, so nothing could be refused'] }
  const failed = events.findLast(({ type }) => type === 'recovery.failed')
  if (!failed) return { failures: ['the repair did not refuse'], unknowns: [] }
  const { refused } = failed
  if (refused === reason) return { failures: [], unknowns: [] }
  return {
    failures: [
      typeof refused === 'string'
        ? `the repair refused for another reason (${refused}) than ${reason}`
        : `the repair failed, and did not refuse: ${String(failed['chain'])}`,
    ],
    unknowns: [],
  }
}
