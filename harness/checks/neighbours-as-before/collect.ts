import { z } from 'zod'
import type { CollectAt } from '../../model/check.ts'
import type { DrillContext } from '../../model/context.ts'
import type { Host } from '../../model/cluster.ts'
import { machinesAt, type Observation } from '../../model/own-workload.ts'
import { eventually, momentOf, momentSchema } from '../../observe/collecting.ts'
import { redact } from '../../store/redact.ts'

export const neighboursSchema = momentSchema.extend({
  seen: z.array(
    z.object({
      title: z.string(),
      node: z.string(),
      output: z.string().nullable().describe('What the script printed; null where it failed'),
      problem: z.string().nullable().describe('Why it failed'),
      named: z.string().nullable().describe('What may be lost where the plan names this'),
    }),
  ),
})
export type Neighbours = z.infer<typeof neighboursSchema>
type Seen = Neighbours['seen'][number]

const patienceMs = 40_000

/** Stores evidence `neighbours-<when>`: what the scripts of the user's workload print on their machines. */
export function collectNeighbours(
  context: DrillContext,
  when: CollectAt,
  observations: readonly Observation[],
): Promise<void> {
  const name = (moment: CollectAt) => `neighbours-${moment}`
  return context.evidence.once(name(when), async (): Promise<Neighbours> => {
    const before =
      when === 'baseline' ? undefined : neighboursSchema.safeParse(await context.evidence.read(name('baseline')))
    const expected = before?.success ? before.data.seen : undefined
    const observe = async (): Promise<Neighbours> => ({
      ...momentOf(context),
      seen: (await Promise.all(observations.map((one) => observed(context, one)))).flat(),
    })
    // What settles by itself in some seconds is not missing, neither before nor after.
    const isGood = ({ seen }: Neighbours) =>
      seen.every((one) =>
        expected ? one.output === outputOf(expected, one) : one.output !== null && one.output !== '',
      )
    return eventually(observe, isGood, { patienceMs, signal: context.signal })
  })
}

/** What the same script printed on the same machine; undefined where it was not run. */
export const outputOf = (seen: readonly Seen[], { title, node }: Pick<Seen, 'title' | 'node'>) =>
  seen.find((one) => one.title === title && one.node === node)?.output

const observed = ({ cluster, signal }: DrillContext, observation: Observation): Promise<readonly Seen[]> =>
  Promise.all(machinesAt(cluster, observation.on).map((machine) => runOn(machine, observation, signal)))

async function runOn(machine: Host, { title, script, named }: Observation, signal: AbortSignal): Promise<Seen> {
  const one = { title, node: machine.name, named: named ?? null }
  try {
    const argv = ['bash', '-c', `set -euo pipefail\n${script}`] as const
    const { stdout } = await machine.exec(argv, { timeoutMs: 30_000, signal })
    return { ...one, output: redact(stdout.trim()).slice(0, 8000), problem: null }
  } catch (error) {
    signal.throwIfAborted()
    const words = error instanceof Error ? error.message : String(error)
    return { ...one, output: null, problem: redact(words.replaceAll(/\s+/g, ' ')).slice(0, 400) }
  }
}
