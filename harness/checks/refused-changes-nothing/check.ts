import type { Check } from '../../model/check.ts'
import { clusterStateSchema, collectClusterState } from '../../observe/cluster-state.ts'
import { evidencePairOf } from '../../observe/evidence-of.ts'
import { stateChanges, stateDoubts } from '../../observe/state-changes.ts'
import { counted } from '../../model/format.ts'
import type { RunView } from '../../model/run-view.ts'
import { conclude } from '../conclude.ts'

const check = { id: 'refused-changes-nothing', title: 'The repair refuses and changes nothing' }

/**
 * For losses that the repair must not touch: it names the reason that the scenario expects, and no file or process of any machine is
 * another than just before it. Where the API answers, no container and no object either.
 */
export function refusedChangesNothing(reason: string): Check {
  return {
    ...check,
    collect: {
      unrepaired: (context) => collectClusterState(context, 'unrepaired'),
      settled: (context) => collectClusterState(context, 'settled'),
    },
    judge(run) {
      const seen = evidencePairOf(run, 'state', clusterStateSchema, 'unrepaired')
      const refusal = refusalOf(run, reason)
      if (!seen.ok) return conclude(check, { ...refusal, unknowns: [...refusal.unknowns, ...seen.unknowns], claim: '' })
      const { before, after } = seen
      const { controlPlanes, workers } = run.record.topology
      const objects = Object.keys(before.objects ?? {}).length
      return conclude(check, {
        failures: [...refusal.failures, ...stateChanges(before, after)],
        unknowns: [...refusal.unknowns, ...stateDoubts(before, after, controlPlanes + workers)],
        claim: `the repair refused (${reason}), and no file changed on ${counted(before.machines.length, 'machine')}${objects === 0 ? '' : `, no container and none of ${counted(objects, 'object')}`}`,
        facts: before.changing.map((key) => `not judged, because it changes by itself: ${key}`),
      })
    },
  }
}

function refusalOf(
  { events }: RunView,
  reason: string,
): { readonly failures: readonly string[]; readonly unknowns: readonly string[] } {
  const proved = events.some((event) => event.type === 'fault.proved' && event['result'] === 'confirmed')
  if (!proved) return { failures: [], unknowns: ['the loss is not proved, so nothing could be refused'] }
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
