import { evidenceOf, evidencePairOf } from '../../observe/evidence-of.ts'
import { collectPods, podSnapshotSchema } from '../../observe/pod-snapshot.ts'
import {
  beginToWatchTokens,
  collectTokens,
  endToWatchTokens,
  type TokenInventory,
  tokenInventorySchema,
} from './collect.ts'
import type { Check } from '../../model/check.ts'
import { expectedNotReady } from '../../model/expected-not-ready.ts'
import type { RunView } from '../../model/run-view.ts'
import { conclude } from '../conclude.ts'
import { counted } from '../../model/format.ts'
import { acceptedMeanwhile, acceptedRightAfter, reissuedByNode } from './reissue.ts'

const check = { id: 'tokens-reissued', title: 'Service-account tokens are valid' }

/** By the tokens that the pods really see in their volumes, because a changed object is no proof of that. */
export const tokensReissued: Check = {
  ...check,
  collect: {
    baseline: (context) => collectTokens(context, 'baseline'),
    unrepaired: beginToWatchTokens,
    async recovered(context) {
      await collectTokens(context, 'recovered')
      await endToWatchTokens(context)
    },
    async settled(context) {
      await collectPods(context, 'settled')
      await collectTokens(context, 'settled')
    },
  },
  judge(run) {
    const seen = evidencePairOf(run, 'tokens', tokenInventorySchema)
    if (!seen.ok) return conclude(check, { failures: [], unknowns: seen.unknowns, claim: '' })
    const { before, after } = seen
    const lost = run.record.replaces.includes('sa-key')
    const keys = keysOf(before, after, lost)
    const refused = refusedBefore(before)
    // Without a network for its pods, a kubelet renews none of their volumes.
    const sick = expectedNotReady(run.events)
    // Those of a key that is still accepted may be left to kubelet; a Secret is renewed by nobody else.
    const leftTo = run.record.recovery?.options['tokens'] === 'lazy' && run.record.stillAccepted.includes('sa-key')
    const old = leftTo ? distinctKeys(before) : []
    const tokens = [
      ...after.mounted
        .filter((entry) => !refused.has(mountOf(entry)) && !sick.has(entry.node))
        .map((entry) => ({
          ...entry,
          what: mountOf(entry),
          kids: [keys.kid, ...old],
        })),
      ...after.legacy.map((entry) => ({
        ...entry,
        what: `Secret ${entry.namespace}/${entry.secret}`,
        kids: [keys.kid],
      })),
    ]
    return conclude(check, {
      failures: [...keys.failures, ...tokens.flatMap(failuresOf), ...lostSecrets(before, after)],
      unknowns: [
        ...keys.unknowns,
        ...tokens.flatMap(doubtsOf),
        ...coverageDoubts(before, after),
        ...overlooked(run, before, after),
      ],
      claim: `${counted(after.mounted.length, 'mounted token')} and ${counted(after.legacy.length, 'legacy Secret')} carry the ${lost ? 'new' : 'same'} key ${keys.kid.slice(0, 8)}${leftTo ? ', or the old one until kubelet renews them,' : ''} and are accepted`,
      facts: [
        ...reissuedByNode(before, after, run.record),
        ...acceptedMeanwhile(run),
        ...acceptedRightAfter(run),
        ...[...refused].map((mount) => `${mount}: refused before the fault already, and not judged`),
        ...tokens.map(
          ({ what, claims, accepted }) =>
            `${what}: key ${claims?.kid.slice(0, 8) ?? 'none'}, ${accepted === null ? 'not asked' : accepted ? 'accepted' : 'refused'}`,
        ),
      ],
    })
  },
}

type Mounted = TokenInventory['mounted'][number]

const mountOf = ({ namespace, pod, volume }: Mounted) => `${namespace}/${pod} (${volume})`

/** A few tokens may be worthless in a cluster that works: their ServiceAccount is gone. Nobody can re-issue them. */
function refusedBefore({ mounted }: TokenInventory): ReadonlySet<string> {
  const refused = mounted.filter(({ accepted }) => accepted === false)
  return new Set(refused.length * 4 < mounted.length ? refused.map(mountOf) : [])
}

/** One key for all control planes; another one than before exactly where the key was lost. */
function keysOf(before: TokenInventory, after: TokenInventory, lost: boolean) {
  const [now, old] = [distinctKeys(after), distinctKeys(before)]
  const [kid] = now
  if (kid === undefined) return { kid: '', failures: [], unknowns: ['no control plane showed its signing key'] }
  return {
    kid,
    failures: [
      ...(now.length > 1 ? ['the control planes sign with different keys'] : []),
      ...(lost && old.includes(kid) ? ['the signing key is still the old one'] : []),
      ...(!lost && old.length > 0 && !old.includes(kid)
        ? ['the signing key was replaced, though it was not lost']
        : []),
    ],
    unknowns: old.length === 0 ? ['the old signing key is not known'] : [],
  }
}

const distinctKeys = ({ signingKeys }: TokenInventory) => [...new Set(signingKeys.map(({ kid }) => kid))]

interface Token extends Pick<TokenInventory['mounted'][number], 'claims' | 'accepted'> {
  readonly what: string
  /** The keys of which it may be. */
  readonly kids: readonly string[]
}

const failuresOf = ({ what, claims, accepted, kids }: Token) => [
  ...(claims && !kids.includes(claims.kid) && kids[0] !== ''
    ? [`${what}: still signed by the key ${claims.kid.slice(0, 8)}`]
    : []),
  ...(accepted === false ? [`${what}: the API refuses the token`] : []),
]

const doubtsOf = ({ what, claims, accepted }: Token) => [
  ...(claims === null ? [`${what}: no token could be read`] : []),
  ...(claims !== null && accepted === null ? [`${what}: the API did not say whether it takes the token`] : []),
]

const lostSecrets = (before: TokenInventory, after: TokenInventory) =>
  before.legacy
    .filter(
      ({ namespace, secret }) =>
        !after.legacy.some((entry) => entry.namespace === namespace && entry.secret === secret),
    )
    .map(({ namespace, secret }) => `Secret ${namespace}/${secret} is gone`)

function coverageDoubts(before: TokenInventory, after: TokenInventory) {
  const refused = refusedBefore(before)
  const judged = before.mounted.filter((entry) => !refused.has(mountOf(entry)))
  const untaken = [...judged, ...before.legacy].filter(({ accepted }) => accepted !== true).length
  return [
    ...(after.mounted.length === 0 ? ['no pod mounts a token'] : []),
    ...(before.legacy.length === 0 ? ['there was no legacy token Secret to re-issue'] : []),
    ...(untaken > 0 ? [`${counted(untaken, 'token')} not accepted before the fault already`] : []),
  ]
}

/** Tokens of pods that still run, which the second inventory does not have. */
function overlooked(run: RunView, before: TokenInventory, after: TokenInventory): readonly string[] {
  const pods = evidenceOf(run, 'pods-settled', podSnapshotSchema)
  if (!pods.ok) return [pods.unknown]
  const running = new Set(
    pods.value.pods.flatMap(({ uid, phase, deleting }) => (phase === 'Running' && !deleting ? [uid] : [])),
  )
  const seen = new Set(after.mounted.map(mountOf))
  return before.mounted
    .filter((entry) => running.has(entry.podUid) && !seen.has(mountOf(entry)))
    .map((entry) => `${mountOf(entry)}: its token was not looked at`)
}
