import { counted, seconds } from '../../model/format.ts'
import { milestoneAt } from '../../model/milestone.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { RunView } from '../../model/run-view.ts'
import { onRunClock } from '../../observe/collecting.ts'
import { evidenceOf } from '../../observe/evidence-of.ts'
import { type TokenInventory, tokenInventorySchema } from './collect.ts'

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
