import { limitMs } from '../engine/time-limits.ts'
import { describeRefusal, refusalIn } from '../api/admission.ts'
import { emptySecretTokens, secretsAtOnce, secretTokens, staleSecretTokens, type LeftSecret } from '../api/tokens.ts'
import { WaitTimeoutError } from '../engine/errors.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { waitFor, waitUntilNone } from '../engine/wait.ts'
import type { ClusterState } from '../model.ts'
import { clientsMayBeRejected } from '../pki/cluster-ca.ts'
import { previewNewSaKey } from '../pki/sa-key/preview-new-sa-key.ts'
import { tokenKeyIds } from '../pki/sa-key/token-key-ids.ts'
import { previewWithoutApi } from './preview-without.ts'

/**
 * The token Secrets (namespace/name) whose token is, or may be, of a lost key; those of them that nobody can change; and those that have
 * none.
 */
export async function unissuedTokens(cluster: ClusterState, signal: AbortSignal) {
  const [{ valid }, old, tokens] = await Promise.all([
    tokenKeyIds(cluster, signal),
    clientsMayBeRejected(cluster),
    secretTokens(cluster, signal),
  ])
  const lostOf = (some: typeof tokens) => staleSecretTokens(some, { validKeyIds: valid, old })
  return {
    lost: lostOf(tokens.filter(({ isImmutable }) => !isImmutable)),
    immutable: lostOf(tokens.filter(({ isImmutable }) => isImmutable)),
    empty: tokens.flatMap(({ where, isEmpty }) => (isEmpty ? [where] : [])),
  }
}

export interface TokenWaits {
  /** For Secrets that the API does not let be emptied, in milliseconds: it may have just started. */
  readonly emptiedWithinMs: number
  /** For the controller manager, in milliseconds. */
  readonly signedWithinMs: number
}

/** A full controller manager signs 10 to 20 a second (--kube-api-qps). */
const defaultWaits: TokenWaits = { emptiedWithinMs: 10_000, signedWithinMs: 60_000 }

/**
 * Empties these token Secrets (namespace/name), and waits until the controller manager has signed others. Gives those that have none
 * nevertheless, which holds nobody up: kubelets are silent meanwhile. Some at a time, so that none is empty for long. Where nobody signs, the rest keep the token that they have.
 */
export async function reissueTokens(
  cluster: ClusterState,
  names: readonly string[],
  signal: AbortSignal,
  waits: Partial<TokenWaits> = {},
): Promise<readonly LeftSecret[]> {
  const { emptiedWithinMs, signedWithinMs } = {
    emptiedWithinMs: limitMs(defaultWaits.emptiedWithinMs, cluster.first),
    signedWithinMs: limitMs(defaultWaits.signedWithinMs, cluster.first),
    ...waits,
  }
  const deadlineMs = performance.now() + emptiedWithinMs
  const left: LeftSecret[] = []
  for (let from = 0; from < names.length; from += secretsAtOnce) {
    const some = names.slice(from, from + secretsAtOnce)
    const refused = await emptyTokens(cluster, some, deadlineMs - performance.now(), signal)
    const emptied = some.filter((name) => !refused.some(({ where }) => where === name))
    const unsigned = await unsignedOf(cluster, emptied, signedWithinMs, signal)
    const error = `no new one was signed within ${signedWithinMs / 1000} s`
    left.push(...refused, ...unsigned.map((where) => ({ where, error })))
    if (unsigned.length > 0)
      return [...left, ...names.slice(from + secretsAtOnce).map((where) => ({ where, error: `not emptied: ${error}` }))]
  }
  return left
}

/** Gives those that the API does not let be emptied, also when it is asked again. */
async function emptyTokens(cluster: ClusterState, names: readonly string[], timeoutMs: number, signal: AbortSignal) {
  let refused: readonly LeftSecret[] = names.map((where) => ({ where, error: 'the API did not answer' }))
  const empty = async () => {
    const those = refused.map(({ where }) => where)
    refused = await emptySecretTokens(cluster, those, signal)
    return refused.length === 0
  }
  await inTime(waitFor('the tokens in Secrets can be written', empty, { timeoutMs, signal }), signal)
  return refused
}

/** Gives those of these Secrets that have no new token in time. */
async function unsignedOf(cluster: ClusterState, names: readonly string[], timeoutMs: number, signal: AbortSignal) {
  let unsigned = names
  const left = async () => {
    const { lost, empty: without } = await unissuedTokens(cluster, signal)
    const all = new Set([...lost, ...without])
    unsigned = names.filter((name) => all.has(name))
    return unsigned
  }
  const options = { timeoutMs, intervalMs: 150, signal }
  await inTime(waitUntilNone('every token Secret is signed with the new key', left, options), signal)
  return unsigned
}

/** Waits for something that may be late, but not longer than it takes by itself. */
async function inTime(waiting: Promise<unknown>, signal: AbortSignal): Promise<void> {
  try {
    await waiting
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof WaitTimeoutError)) throw error
  }
}

/**
 * Where a token cannot be reissued the repair goes on, as in `publish-root-ca`. Not a follow-up: a repair that was killed before this
 * step may have left nothing else to do.
 */
export function reissueSecretTokens(options: Pick<RecoveryOptions, 'compromised'>) {
  const preview = previewNewSaKey(options, () => [{ node: 'cluster', action: 'reissue the tokens in Secrets' }])
  return stepFromFindings<string>({
    id: 'reissue-secret-tokens',
    title: 'Reissue the service-account tokens in Secrets',
    async previewWithout(cluster, context) {
      return (await preview(cluster, context)) ?? previewWithoutApi(cluster, context)
    },
    describe: (name) => [{ node: 'cluster', action: `reissue the token in ${name}`, reason: 'another key signed it' }],
    find: async (cluster, { signal }) => (await unissuedTokens(cluster, signal)).lost,
    async work(cluster, context, names) {
      await leaveTokens(cluster, context, await reissueTokens(cluster, names, context.signal))
    },
  })
}

/** Says which Secrets have no new token, and why; `finish-refused-writes` comes back to them. */
export async function leaveTokens(
  cluster: ClusterState,
  { emit, signal }: Pick<RecoveryContext, 'emit' | 'signal'>,
  left: readonly LeftSecret[],
): Promise<void> {
  for (const { where } of left) cluster.learned.refusedTokens.add(where)
  for (const [error, those] of Map.groupBy(left, (each) => each.error)) {
    const what = `a new token in ${those.map(({ where }) => where).join(', ')}`
    emit({ type: 'write.refused', what, reason: await whyRefused(cluster, error, signal) })
  }
}

/** An error of the API in words; of admission, who refuses it. */
export async function whyRefused(cluster: ClusterState, error: string, signal: AbortSignal): Promise<string> {
  const refusal = refusalIn(error)
  return refusal ? describeRefusal(cluster, refusal, signal) : error
}
