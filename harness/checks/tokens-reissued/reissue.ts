import { counted, seconds } from '../../model/format.ts'
import { milestoneAt } from '../../model/milestone.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { RunView } from '../../model/run-view.ts'
import { onRunClock } from '../../observe/collecting.ts'
import { evidenceOf } from '../../observe/evidence-of.ts'
import { type TokenInventory, tokenInventorySchema, tokenWatchSchema } from './collect.ts'
import type { WatchedToken } from './watch-acceptance.ts'

type Token = Pick<TokenInventory['mounted'][number], 'claims'> & { readonly where: string }

const tokensIn = ({ mounted, legacy }: TokenInventory): readonly Token[] => [
  ...mounted.map(({ node, claims }) => ({ where: node, claims })),
  ...legacy.map(({ claims }) => ({ where: 'Secrets', claims })),
]

/** How long after the repair's start the tokens of each machine were issued that carry another key than before, a line each. */
export function reissuedByNode(
  before: TokenInventory,
  after: TokenInventory,
  { injectedAtMs, milestones }: Pick<RunRecord, 'injectedAtMs' | 'milestones'>,
): readonly string[] {
  const startedMs = milestoneAt(milestones, 'recovery-started')
  if (injectedAtMs === null || startedMs === null) return []
  const old = new Set(before.signingKeys.map(({ kid }) => kid))
  const fresh = tokensIn(after).filter(({ claims }) => claims !== null && !old.has(claims.kid))
  return [...new Set(fresh.map(({ where }) => where))].sort().map((where) => {
    const times = fresh.flatMap(({ where: place, claims }) => {
      // A token of a Secret carries no time.
      if (place !== where || claims?.iat === null || claims?.iat === undefined) return []
      return onRunClock(after, new Date(claims.iat * 1000).toISOString()) ?? []
    })
    const count = fresh.filter((one) => one.where === where).length
    const issued = times.map((ms) => Math.max(0, ms - injectedAtMs - startedMs))
    const when =
      issued.length === 0
        ? 'at no time that they tell'
        : `${[...new Set([Math.min(...issued), Math.max(...issued)].map(seconds))].join(' to ')} after the repair began`
    return `${where}: ${counted(count, 'token')} reissued, ${when}`
  })
}

/** What the API said of the tokens while the repair ran, a line for each machine; nothing of a run that did not ask it. */
export function acceptedMeanwhile(run: RunView): readonly string[] {
  const { record } = run
  const seen = evidenceOf(run, 'tokens-during', tokenWatchSchema)
  const startedMs = milestoneAt(record.milestones, 'recovery-started')
  if (!seen.ok || record.injectedAtMs === null || startedMs === null) return []
  const sinceStart = (atMs: number) => seconds(Math.max(0, atMs - (record.injectedAtMs ?? 0) - startedMs))
  const { watched } = seen.value
  return [...new Set(watched.map(({ where }) => where))].sort().map((where) => {
    const tokens = watched.filter((one) => one.where === where)
    const refused = tokens.filter(({ answers }) => answers.some(({ accepted }) => !accepted))
    const answers = refused.flatMap((one) => one.answers)
    const [first] = answers
      .filter(({ accepted }) => !accepted)
      .map(({ atMs }) => atMs)
      .toSorted((one, other) => one - other)
    const again = refused.map((one) => acceptedAgainMs(one))
    const until = again.every((ms) => ms !== undefined)
      ? `accepted again by ${sinceStart(Math.max(...again))}`
      : 'not all accepted again'
    return first === undefined
      ? `${where}: none of ${counted(tokens.length, 'token')} refused while the repair ran`
      : `${where}: ${refused.length} of ${counted(tokens.length, 'token')} refused while the repair ran, the first seen ${sinceStart(first)} after it began, ${until}`
  })
}

/** From when on it was accepted to the end; undefined where it was refused last. */
function acceptedAgainMs({ answers }: WatchedToken): number | undefined {
  const last = answers.findLastIndex(({ accepted }) => !accepted)
  return answers[last + 1]?.atMs
}

/** What the API said of every token when the cluster had just recovered; nothing of a run that did not ask it then. */
export function acceptedRightAfter(run: RunView): readonly string[] {
  const seen = evidenceOf(run, 'tokens-recovered', tokenInventorySchema)
  if (!seen.ok) return []
  const all = [...seen.value.mounted, ...seen.value.legacy]
  const count = (accepted: boolean | null) => all.filter((one) => one.accepted === accepted).length
  const unasked = count(null)
  return [
    `when the cluster had just recovered: ${counted(count(true), 'token')} accepted, ${count(false)} refused${unasked === 0 ? '' : `, ${unasked} not asked`}`,
  ]
}
