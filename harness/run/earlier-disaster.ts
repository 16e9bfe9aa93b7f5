import type { DrillContext } from '../model/context.ts'
import { ClusterError } from '../model/errors.ts'
import type { Journal } from '../model/journal.ts'
import type { Proof } from '../model/proof.ts'
import type { Scenario } from '../model/scenario.ts'
import type { DrillEnvironment, DrillPlan } from './environment-port.ts'
import { injectAndRecover } from './inject-and-recover.ts'

/**
 * Makes the past of a scenario: its earlier losses, their repair where there are any, and the edits since. On the journal every
 * event of it is called `earlier.…`, so that none is taken for one of the drill. Rejects with ClusterError where it did not come
 * about: then there is nothing to drill.
 */
export async function earlierDisaster(
  ports: DrillEnvironment,
  plan: DrillPlan,
  context: DrillContext,
  { losses, edits }: NonNullable<Scenario['earlier']>,
): Promise<void> {
  const earlier = { ...context, journal: earlierJournal(context.journal) }
  if (losses.length > 0) {
    const past: DrillPlan = { ...withoutMode(plan), scenario: { ...plan.scenario, losses } }
    const { proof, failure, ended } = await injectAndRecover({ ports, plan: past, context: earlier })
    mustBe(proof, 'the earlier disaster')
    const why = failure ?? (await ended)
    if (why) throw new ClusterError(`the earlier disaster was not repaired: ${why.join(' <- ')}`)
  }
  await edits.inject(earlier)
  mustBe(await edits.prove(earlier), 'the edits')
}

/** The earlier repair is neither killed nor only planned. */
const withoutMode = (plan: DrillPlan): DrillPlan =>
  Object.fromEntries(
    Object.entries(plan).filter(([key]) => key !== 'crashPoint' && key !== 'planOnly'),
  ) as unknown as DrillPlan

function mustBe({ result, summary }: Proof, what: string): void {
  if (result !== 'confirmed') throw new ClusterError(`${what} did not come about: ${summary}`)
}

const earlierJournal = (journal: Journal): Journal => ({
  originNs: journal.originNs,
  nowMs: () => journal.nowMs(),
  get events() {
    return journal.events
  },
  append: (event) => journal.append({ ...event, type: `earlier.${event.type}` }),
})
