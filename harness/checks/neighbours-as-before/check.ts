import type { Check } from '../../model/check.ts'
import { counted } from '../../model/format.ts'
import type { Observation } from '../../model/own-workload.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { expectedNotReady } from '../../model/expected-not-ready.ts'
import { evidencePairOf } from '../../observe/evidence-of.ts'
import { conclude } from '../conclude.ts'
import { collectNeighbours, neighboursSchema, outputOf, type Neighbours } from './collect.ts'

const check = { id: 'neighbours-as-before', title: 'The neighbours are as before' }

/**
 * For drills with a workload of the user's: by what its scripts print on the machines before the loss and afterwards. What only an
 * operator can bring back may be missing where the plan of the repair names it.
 * @param observations what is collected; a stored run is judged by its evidence alone
 */
export function neighboursAsBefore(observations: readonly Observation[]): Check {
  return {
    ...check,
    collect: {
      baseline: (context) => collectNeighbours(context, 'baseline', observations),
      settled: (context) => collectNeighbours(context, 'settled', observations),
    },
    judge(run) {
      const pair = evidencePairOf(run, 'neighbours', neighboursSchema)
      if (!pair.ok) return conclude(check, { failures: [], unknowns: pair.unknowns, claim: '' })
      const { before, after } = pair
      const usable = before.seen.filter(({ output }) => output !== null && output !== '')
      const changed = usable.filter((one) => outputOf(after.seen, one) !== one.output)
      const isNamed = ({ named }: Seen) => named !== null && planNames(run.record, named)
      const lost = changed.filter(isNamed)
      return conclude(check, {
        failures: [
          ...changed.filter((one) => !isNamed(one)).map((one) => `${what(one)}: ${changeOf(one, after.seen)}`),
          ...[...expectedNotReady(run.events)].flatMap((node) => unnamed(run.record, node)),
        ],
        unknowns: [
          ...before.seen
            .filter((one) => !usable.includes(one))
            .map((one) => `${what(one)}: not seen before the loss (${one.problem ?? 'the script printed nothing'})`),
          ...(before.seen.length === 0 ? ['there was nothing to observe'] : []),
        ],
        claim: `${counted(usable.length - lost.length, 'observation')} of neighbours as before${lost.length > 0 ? `, ${lost.length} lost as the plan said` : ''}`,
        facts: [
          ...lost.map((one) => `${what(one)}: lost, as the plan said`),
          ...usable
            .filter((one) => !changed.includes(one))
            .map((one) => `${what(one)}: ${firstLine(one.output ?? '')}`),
        ],
      })
    },
  }
}

type Seen = Neighbours['seen'][number]

const what = ({ node, title }: Seen) => `${node}: ${title}`

/** Named before anything was changed. */
const planNames = ({ plan }: Pick<RunRecord, 'plan'>, name: string) => JSON.stringify(plan).includes(name)

/** A Node that was not Ready before is named before anything is changed, and again as what is left. */
function unnamed({ plan, result }: Pick<RunRecord, 'plan' | 'result'>, node: string): readonly string[] {
  const isPlanned = plan.some(({ id, actions }) => id === 'await-kubelets' && actions.some((one) => one.node === node))
  const isLeft = result?.left.some(({ kind, name }) => kind === 'machine' && name === node) === true
  return [
    ...(isPlanned ? [] : [`the plan does not say that the Node of ${node} is not Ready`]),
    ...(result?.outcome === 'degraded' && isLeft ? [] : [`the result does not name ${node} as not Ready`]),
  ]
}

function changeOf(before: Seen, after: readonly Seen[]): string {
  const now = after.find(({ title, node }) => title === before.title && node === before.node)
  if (now?.output == null) return `not seen any more (${now?.problem ?? 'not asked'})`
  return `was "${firstLine(before.output ?? '')}", is "${firstLine(now.output)}"`
}

const firstLine = (text: string) => {
  const line = text.replaceAll('\n', ' | ')
  return line.length > 160 ? `${line.slice(0, 160)}…` : line
}
