import { PreconditionError } from '../../engine/errors.ts'
import type { SaKeyFacts } from './sa-key-facts.ts'
import { droppedIn, tokenKeysIn, withDropped, withRetired, type DropReason, type TokenKey } from '../token-keys.ts'

/** What a control plane must get. */
export interface SaKeyInstall {
  readonly name: string
  /** It lacks sa.key, or its sa.key is not the cluster's. */
  readonly key: boolean
  /** The text of sa.pub that it must have; undefined where it has one that is right. */
  readonly publicText?: string
  readonly reason: string
}

export type SaKeyAssessment =
  /** Every control plane has the key, and its public half. */
  | { readonly kind: 'whole' }
  /** No machine knows any of it, or it is kept elsewhere: nothing for this assessment to repair. */
  | { readonly kind: 'unknown' }
  /** One control plane has the key, and others lack it or its public half. */
  | { readonly kind: 'distribute'; readonly from: string; readonly installs: readonly SaKeyInstall[] }
  /** A new key is needed, whose sa.pub has these lines behind it. */
  | { readonly kind: 'replace'; readonly behind: string; readonly kept: readonly TokenKey[] }

/**
 * Finds out what must be done about the service-account key. Pure. A key that exists is kept. Where it exists nowhere, a
 * new one signs, and the old one goes on to verify where its public half is known: an API server that runs shows it (its
 * JWKS), else a sa.pub has it. A sa.pub that no running API server has loaded is no evidence, because it may come from an
 * old backup. Throws PreconditionError where control planes hold different keys.
 * @param compromised the operator's word that tokens of the present key must be rejected at once
 */
export function assessSaKey(facts: readonly SaKeyFacts[], compromised: boolean): SaKeyAssessment {
  if (facts.some(({ signsElsewhere }) => signsElsewhere)) return { kind: 'unknown' }
  const dropped = droppedOf(facts)
  const held = facts.flatMap(({ name, signing }) => (signing && !dropped.has(signing.keyId) ? [{ name, signing }] : []))
  const isUnderWay = held.length > 0 && isStillHeld(facts, droppedOf(facts, ['compromised']))
  if (compromised && !isUnderWay) return replaceCompromised(facts)
  const [first, ...others] = inUse(held, facts)
  const other = others.find(({ signing }) => signing.keyId !== first?.signing.keyId)
  if (first && other) refuseTwoKeys(first.name, other.name)
  const old = oldKeys(facts, first?.signing).filter(({ keyId }) => !dropped.has(keyId))
  if (!first) {
    if (old.length === 0) return { kind: 'unknown' }
    return { kind: 'replace', behind: namedIn(facts, withRetired('', old)), kept: old }
  }
  const installs = installsOf(facts, first.signing, old, dropped)
  return installs.length === 0 ? { kind: 'whole' } : { kind: 'distribute', from: first.name, installs }
}

interface Held {
  readonly name: string
  readonly signing: TokenKey
}

/** Those of the keys that an API server has loaded; where none has, those whose public half is in a sa.pub; else all. */
function inUse(held: readonly Held[], facts: readonly SaKeyFacts[]): readonly Held[] {
  const loaded = facts.flatMap((each) => each.loaded ?? [])
  const published = facts.flatMap(({ publicText }) => tokenKeysIn(publicText ?? ''))
  const among = (keys: readonly TokenKey[]) => held.filter(({ signing }) => keys.some(isIn(new Set([signing.keyId]))))
  return [among(loaded), among(published), held].find((some) => some.length > 0) ?? []
}

const droppedOf = (facts: readonly SaKeyFacts[], reasons?: readonly DropReason[]): ReadonlySet<string> =>
  new Set(facts.flatMap(({ publicText }) => droppedIn(publicText ?? '', reasons)))

/** A text of sa.pub that names all keys as dropped that any control plane's names. */
function namedIn(facts: readonly SaKeyFacts[], text: string): string {
  const [compromised, finished] = (['compromised', 'finished'] as const).map((reason) => [
    ...droppedOf(facts, [reason]),
  ])
  return withDropped(withDropped(text, compromised ?? [], 'compromised'), finished ?? [], 'finished')
}

/** A compromised key is still on a disk or in an API server: its replacement is under way, by a repair that was killed. */
function isStillHeld(facts: readonly SaKeyFacts[], compromised: ReadonlySet<string>): boolean {
  return facts.some(({ signing, loaded = [] }) => [...(signing ? [signing] : []), ...loaded].some(isIn(compromised)))
}

const isIn =
  (keyIds: ReadonlySet<string>) =>
  ({ keyId }: TokenKey): boolean =>
    keyIds.has(keyId)

function replaceCompromised(facts: readonly SaKeyFacts[]): SaKeyAssessment {
  const known = facts.flatMap(({ signing, loaded = [], publicText = '' }) => [
    ...(signing ? [signing] : []),
    ...loaded,
    ...tokenKeysIn(publicText),
  ])
  const names = known.map(({ keyId }) => keyId)
  return { kind: 'replace', behind: withDropped(namedIn(facts, ''), [...new Set(names)], 'compromised'), kept: [] }
}

/**
 * The keys whose tokens were accepted before this one, and must be for a while: those of the API servers that have not
 * loaded it. Where the cluster's key is the one that they loaded, there are none, unless no sa.pub names it any more; then
 * what else they loaded stood in the lost sa.pub too. Keys of an operator's other files are not lost. Where no API server answers,
 * the sa.pub of a lost key is believed.
 */
function oldKeys(facts: readonly SaKeyFacts[], current: TokenKey | undefined): TokenKey[] {
  const isCurrent = ({ keyId }: TokenKey) => keyId === current?.keyId
  const published = facts.flatMap(({ publicText }) => tokenKeysIn(publicText ?? ''))
  const answers = facts.filter(({ loaded }) => loaded !== undefined)
  const loaded = answers.flatMap(({ loaded: keys = [], verifiesByOtherFiles, otherKeys }) => {
    const speaksOfLost = !keys.some(isCurrent) || (!published.some(isCurrent) && !verifiesByOtherFiles)
    return speaksOfLost ? keys.filter((key) => !otherKeys.some(({ keyId }) => keyId === key.keyId)) : []
  })
  const found = answers.length === 0 && current === undefined ? published : loaded
  return [...new Map(found.filter((key) => !isCurrent(key)).map((key) => [key.keyId, key])).values()]
}

function installsOf(
  facts: readonly SaKeyFacts[],
  current: TokenKey,
  old: readonly TokenKey[],
  dropped: ReadonlySet<string>,
): SaKeyInstall[] {
  const isCurrent = ({ keyId }: TokenKey) => keyId === current.keyId
  const isRight = (text: string | undefined): text is string => tokenKeysIn(text ?? '').some(isCurrent)
  const peers = facts.find(({ publicText }) => isRight(publicText))?.publicText
  return facts.flatMap(({ name, signing, publicText }) => {
    const key = signing?.keyId !== current.keyId
    const base = isRight(publicText) ? publicText : (peers ?? current.pem)
    const wanted = peers === undefined ? namedIn(facts, withRetired(base, old)) : withRetired(base, old)
    const isWhole = isRight(publicText) && wanted === publicText
    if (!key && isWhole) return []
    const problem = problemOf(signing, publicText, dropped)
    return [
      { name, key, ...(isWhole ? {} : { publicText: wanted }), reason: problem ?? 'a key in use is not in sa.pub' },
    ]
  })
}

function problemOf(signing: TokenKey | undefined, publicText: string | undefined, dropped: ReadonlySet<string>) {
  if (!signing) return 'sa.key is missing or cannot be read'
  if (dropped.has(signing.keyId)) return 'sa.key is no longer accepted'
  if (publicText === undefined) return 'sa.pub is missing'
  const isOwn = tokenKeysIn(publicText).some(({ keyId }) => keyId === signing.keyId)
  return isOwn ? undefined : 'sa.pub is not the public half of sa.key'
}

function refuseTwoKeys(one: string, other: string): never {
  throw new PreconditionError(
    `sa.key differs between ${one} and ${other}, and the repair cannot know which is in use: move the wrong one away and start again`,
    { reason: 'sa-keys-differ' },
  )
}
