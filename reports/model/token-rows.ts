import { formatDuration } from './figures.ts'
import { shortPrint } from './pki.ts'
import { at, listAt, numberAt, runTimeIn, snapshotsOf, textAt } from './stored.ts'

type Evidence = Readonly<Record<string, unknown>>

/** A token before the fault and after the repair; empty texts where there was none. */
export interface TokenRow {
  readonly name: string
  readonly node: string
  readonly keys: readonly [before: string, after: string]
  /** Since the injection. */
  readonly issued: readonly [before: string, after: string]
  readonly accepted: readonly [before: string, after: string]
}

/** Every mounted token and every one in a Secret, by the first and the last look. */
export function tokenRows(evidence: Evidence, zeroMs: number): readonly TokenRow[] {
  const looks = snapshotsOf(evidence, 'tokens').map(({ value }) => value)
  const [before, after] = [tokensIn(looks[0]), tokensIn(looks.at(-1))]
  const issuedIn = (look: unknown, token: unknown) => {
    const seconds = numberAt(at(token, 'claims'), 'iat')
    const atMs = seconds === undefined ? undefined : runTimeIn(look, new Date(seconds * 1000).toISOString())
    return atMs === undefined ? '' : formatDuration(atMs - zeroMs)
  }
  return [...new Set([...before.keys(), ...after.keys()])].map((key) => {
    const [old, now] = [before.get(key), after.get(key)]
    const both = (of: (token: unknown) => string) => [of(old), of(now)] as const
    return {
      name: key.replace(defaultVolume, ''),
      node: textAt(now ?? old, 'node'),
      keys: both((token) => shortPrint(textAt(at(token, 'claims'), 'kid'))),
      issued: [issuedIn(looks[0], old), issuedIn(looks.at(-1), now)],
      accepted: both(acceptedText),
    }
  })
}

/** Almost every pod has this volume and no other with a token, so that it needs no mention. */
const defaultVolume = / kube-api-access(-\S+)?$/

function tokensIn(snapshot: unknown): ReadonlyMap<string, unknown> {
  const mounted = listAt(snapshot, 'mounted').map((token) => {
    const name = `${textAt(token, 'namespace')}/${textAt(token, 'pod')} ${textAt(token, 'volume')}`
    return [name, token] as const
  })
  const legacy = listAt(snapshot, 'legacy').map((token) => {
    return [`Secret ${textAt(token, 'namespace')}/${textAt(token, 'secret')}`, token] as const
  })
  return new Map([...mounted, ...legacy])
}

function acceptedText(token: unknown): string {
  const accepted = at(token, 'accepted')
  return accepted === true ? 'accepted' : accepted === false ? 'refused' : ''
}

/** How an API server answered a credential of before the fault, then and afterwards. */
export interface CredentialRow {
  readonly credential: string
  readonly node: string
  readonly answers: readonly [before: string, after: string]
}

export function credentialRows(evidence: Evidence): readonly CredentialRow[] {
  const looks = snapshotsOf(evidence, 'credentials').map(({ value }) => {
    const trials = listAt(value, 'trials').map((trial) => {
      return [`${textAt(trial, 'credential')} ${textAt(trial, 'node')}`, trial] as const
    })
    return new Map(trials)
  })
  const [before, after] = [looks[0] ?? new Map<string, unknown>(), looks.at(-1) ?? new Map<string, unknown>()]
  return [...new Map([...before, ...after])].map(([key, trial]) => ({
    credential: textAt(trial, 'credential'),
    node: textAt(trial, 'node'),
    answers: [answerText(before.get(key)), answerText(after.get(key))],
  }))
}

function answerText(trial: unknown): string {
  const status = at(trial, 'status')
  return typeof status === 'number' ? String(status) : textAt(trial, 'error')
}
