import type { ClusterState } from '../../model.ts'
import { droppedIn, tokenKeysIn } from '../token-keys.ts'
import { readSaKey } from './sa-key-facts.ts'

/** By the `kid`s of tokens. */
export interface TokenKeyIds {
  /** API servers accept them. */
  readonly accepted: ReadonlySet<string>
  /** Of these, those that need not be reissued: not of retired keys. */
  readonly valid: ReadonlySet<string>
}

/**
 * The keys of sa.pub on the first control plane, that of its sa.key, and what else its API server has loaded, as from an operator's
 * other files. Read once, like the CA.
 */
export async function tokenKeyIds(cluster: ClusterState, signal: AbortSignal): Promise<TokenKeyIds> {
  const { learned, first } = cluster
  if (learned.tokenKeys) return learned.tokenKeys
  const { publicText = '', signing, loaded = [] } = await readSaKey(first, cluster, signal)
  const published = tokenKeysIn(publicText)
  const dropped = new Set(droppedIn(publicText))
  const others = [...(signing ? [signing] : []), ...loaded].filter(({ keyId }) => !dropped.has(keyId))
  const accepted = new Set([...published, ...others].map(({ keyId }) => keyId))
  if (accepted.size === 0) throw new Error(`neither sa.pub nor the API server on ${first.node.name} shows a key`)
  const retired = published.flatMap((key) => (key.retired ? [key.keyId] : []))
  const valid = new Set([...accepted].filter((keyId) => !retired.includes(keyId)))
  return (learned.tokenKeys = { accepted, valid })
}
