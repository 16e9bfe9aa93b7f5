import type { Check } from '../../model/check.ts'
import { evidenceOf } from '../../observe/evidence-of.ts'
import { counted } from '../../model/format.ts'
import type { RunView } from '../../model/run-view.ts'
import { conclude } from '../conclude.ts'
import { collectManifests, manifestsSchema } from './collect.ts'

const check = { id: 'refused-changes-nothing', title: 'The repair refuses and changes nothing' }

/** For losses that the repair must not touch: it names the reason that the scenario expects, and no file of any machine changes. */
export function refusedChangesNothing(reason: string): Check {
  return {
    ...check,
    collect: { recovered: (context) => collectManifests(context, 'after') },
    judge(run) {
      const [before, after] = (['before', 'after'] as const).map((when) =>
        evidenceOf(run, `manifests-${when}-repair`, manifestsSchema),
      )
      const refusal = refusalOf(run, reason)
      const unknowns = [
        ...refusal.unknowns,
        ...[before, after].flatMap((seen) => (seen?.ok === false ? [seen.unknown] : [])),
      ]
      if (!before?.ok || !after?.ok) return conclude(check, { ...refusal, unknowns, claim: '' })
      const nodes = Object.keys(before.value)
      const { controlPlanes, workers } = run.record.topology
      return conclude(check, {
        failures: [
          ...refusal.failures,
          ...nodes
            .filter((node) => before.value[node] !== after.value[node])
            .map((node) => `files changed on ${node}, though the repair refused`),
        ],
        unknowns: [
          ...unknowns,
          ...(nodes.length === controlPlanes + workers
            ? []
            : [`${nodes.length} of ${controlPlanes + workers} machines seen`]),
        ],
        claim: `the repair refused (${reason}), and no file changed on ${counted(nodes.length, 'machine')}`,
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
