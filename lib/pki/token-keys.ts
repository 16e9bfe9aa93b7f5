import { createPublicKey, type KeyObject } from 'node:crypto'
import { objectIn, objectsAt, stringAt } from '../engine/json.ts'
import type { Json } from '../model.ts'
import { keyId } from './key-id.ts'

/** A public key that verifies service-account tokens. */
export interface TokenKey {
  /** The `kid` in the header of the tokens that it verifies. */
  readonly keyId: string
  /** As a PEM block of type PUBLIC KEY. */
  readonly pem: string
  /** sa.pub says that its private half is lost: its tokens are accepted until the repair is finished, then no more. */
  readonly retired: boolean
}

/**
 * Stands before the key in sa.pub. Whoever reads the file learns from it what the second key is, and a repair that is run
 * again which tokens must be reissued; a second key of an operator's own rotation has no such line. Readers of PEM pass
 * over text between two blocks (RFC 7468, section 2; Go's encoding/pem).
 */
export const retiredMark = '# drill-recovery: the private half of the next key is lost'

const note = `${retiredMark}.
# Tokens that it signed are accepted until "drill recover --finish".
`

/** Why a key is no longer accepted: by the operator's word, or because every token that it signed was reissued. */
export type DropReason = 'compromised' | 'finished'

/** Names keys that must never be accepted again, by their kids: no repair may bring them back from where it finds them. */
const droppedMark = (reason: DropReason) => `# drill-recovery: no longer accepted (${reason}): `

const block = /([\s\S]*?)(-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \3-----)/g

/**
 * The keys in a file for `--service-account-key-file`, in its order. As kube-apiserver reads it: every PEM block with a
 * key counts, whatever else there is is passed over (client-go, util/keyutil, ParsePublicKeysPEM).
 */
export function tokenKeysIn(text: string): TokenKey[] {
  return [...text.matchAll(block)].flatMap(([, before = '', pem = '']) => {
    const key = publicKeyOf(pem)
    return key ? [tokenKey(key, before.includes(retiredMark))] : []
  })
}

/** The keys that an API server has loaded, out of its answer to /openid/v1/jwks; undefined where that is no key set. */
export function tokenKeysOfJwks(json: string): TokenKey[] | undefined {
  const set = objectIn(json)
  if (!Array.isArray(set?.['keys'])) return undefined
  return objectsAt(set, 'keys').flatMap((jwk) => {
    const key = publicKeyOf({ key: jwk, format: 'jwk' })
    return key && stringAt(jwk, 'kid') ? [tokenKey(key, false)] : []
  })
}

/** The kids of the keys that must never be accepted again, as a text of sa.pub names them. */
export function droppedIn(text: string, reasons: readonly DropReason[] = ['compromised', 'finished']): string[] {
  const marks = reasons.map(droppedMark)
  return text.split('\n').flatMap((line) => {
    const mark = marks.find((known) => line.startsWith(known))
    return mark === undefined ? [] : [line.slice(mark.length).trim()]
  })
}

/**
 * A text of sa.pub with these keys behind those that it has, as retired ones. What is in it stays as it is, and first:
 * kubeadm compares its first key with sa.key (util/pkiutil, TryLoadPrivatePublicKeyFromDisk).
 */
export function withRetired(text: string, keys: readonly TokenKey[]): string {
  const known = new Set(tokenKeysIn(text).map(({ keyId: id }) => id))
  const added = keys.filter(({ keyId: id }) => !known.has(id))
  return [text, ...added.map(({ pem }) => `${note}${pem}`)].join('')
}

/** A text of sa.pub that names its retired keys as dropped instead of having them; the rest stays as it is. */
export function withRetiredDropped(text: string): string {
  const retired = tokenKeysIn(text).filter((key) => key.retired)
  const kept = text.replaceAll(block, (whole: string, before: string, pem: string) => {
    const at = before.indexOf(retiredMark)
    return at < 0 || !publicKeyOf(pem) ? whole : before.slice(0, at)
  })
  const names = retired.map(({ keyId: id }) => id)
  return names.length === 0 ? text : withDropped(`${kept.trim()}\n`, names, 'finished')
}

/** A text of sa.pub that also names these keys as dropped, by their kids. */
export function withDropped(text: string, keyIds: readonly string[], reason: DropReason): string {
  const known = new Set(droppedIn(text))
  const added = keyIds.filter((id) => !known.has(id))
  return [text, ...added.map((id) => `${droppedMark(reason)}${id}\n`)].join('')
}

/** The key in a PEM text that has one, public or private. */
export function tokenKeyOf(pem: string): TokenKey | undefined {
  const key = publicKeyOf(pem)
  return key && tokenKey(key, false)
}

function tokenKey(key: KeyObject, retired: boolean): TokenKey {
  const pem = key.export({ type: 'spki', format: 'pem' }).toString()
  return { keyId: keyId(pem), pem, retired }
}

function publicKeyOf(text: string | { key: Json; format: 'jwk' }): KeyObject | undefined {
  try {
    return createPublicKey(text)
  } catch {
    return undefined
  }
}
