import { secretTokens } from '../api/tokens.ts'
import { PreconditionError } from '../engine/errors.ts'
import { mountedTokens } from '../kubelet/mounted-tokens.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { readSaKeys } from '../pki/sa-key/sa-key-facts.ts'
import { tokenKeysIn, withRetiredDropped, type TokenKey } from '../pki/token-keys.ts'

/** A control plane whose sa.pub has keys of which the private half is lost. */
export interface Retired {
  readonly host: NodeState
  readonly keys: readonly TokenKey[]
  /** Its sa.pub without them. */
  readonly publicText: string
}

export async function withRetiredKeys(cluster: ClusterState, signal: AbortSignal): Promise<Retired[]> {
  const facts = await readSaKeys(cluster, signal)
  return cluster.controlPlanes.flatMap((host) => {
    const text = facts.find(({ name }) => name === host.node.name)?.publicText ?? ''
    const keys = tokenKeysIn(text).filter(({ retired }) => retired)
    return keys.length > 0 ? [{ host, keys, publicText: withRetiredDropped(text) }] : []
  })
}

/** Where tokens of these keys are, as far as the cluster shows them. Those of a ServiceAccount that is gone are rejected already. */
async function tokensOf(cluster: ClusterState, keyIds: ReadonlySet<string>, signal: AbortSignal): Promise<string[]> {
  const [mounted, secrets] = await Promise.all([mountedTokens(cluster, signal), secretTokens(cluster, signal)])
  const isOld = ({ keyId }: { readonly keyId: string | undefined }) => keyId !== undefined && keyIds.has(keyId)
  return [
    ...mounted
      .filter((token) => token.isRenewable && isOld(token))
      .map(({ pod, host }) => `${pod.namespace}/${pod.name} on ${host.node.name}`),
    ...secrets.filter(isOld).map(({ where }) => `Secret ${where}`),
  ]
}

/** Throws PreconditionError while the cluster has tokens of a lost key, which would be rejected without that key. */
export async function refuseOldTokens(
  cluster: ClusterState,
  retired: readonly Retired[],
  signal: AbortSignal,
): Promise<void> {
  if (retired.length === 0) return
  const keyIds = new Set(retired.flatMap(({ keys }) => keys.map(({ keyId }) => keyId)))
  const left = await tokensOf(cluster, keyIds, signal)
  if (left.length === 0) return
  const first = left.slice(0, 5).join(', ')
  const more = left.length > 5 ? ` and ${left.length - 5} more` : ''
  throw new PreconditionError(
    `tokens of the lost key are still in use: ${first}${more}; run the repair again, or wait until kubelets have renewed them`,
    { reason: 'old-tokens-in-use' },
  )
}
