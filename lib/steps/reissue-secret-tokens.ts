import { refusalOf } from '../api/admission.ts'
import { emptySecretTokens, secretTokens, staleSecretTokens } from '../api/tokens.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { waitUntilNone } from '../engine/wait.ts'
import type { ClusterState } from '../model.ts'
import { clientsMayBeRejected } from '../pki/cluster-ca.ts'
import { previewNewSaKey } from '../pki/sa-key/preview-new-sa-key.ts'
import { tokenKeyIds } from '../pki/sa-key/token-key-ids.ts'
import { previewWithoutApi } from './preview-without.ts'
import { reportRefusals } from './publish-root-ca.ts'

/** The token Secrets (namespace/name) whose token is, or may be, of a lost key, and those that have none. */
export async function unissuedTokens(cluster: ClusterState, signal: AbortSignal) {
  const [{ valid }, old, tokens] = await Promise.all([
    tokenKeyIds(cluster, signal),
    clientsMayBeRejected(cluster),
    secretTokens(cluster, signal),
  ])
  const lost = staleSecretTokens(tokens, { validKeyIds: valid, old })
  return { lost, empty: tokens.flatMap(({ where, isEmpty }) => (isEmpty ? [where] : [])) }
}

/** Empties these token Secrets (namespace/name), and waits until the controller manager has signed others. */
export async function reissueTokens(
  cluster: ClusterState,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await emptySecretTokens(cluster, names, signal)
  const left = async () => {
    const { lost, empty } = await unissuedTokens(cluster, signal)
    return [...lost, ...empty.filter((name) => names.includes(name))]
  }
  const options = { timeoutMs: 60_000, intervalMs: 150, signal }
  await waitUntilNone('every token Secret is signed with the new key', left, options)
}

/**
 * Where admission refuses it the repair goes on, as in `publish-root-ca`. Not a follow-up: a repair that was killed before this
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
      try {
        await reissueTokens(cluster, names, context.signal)
      } catch (error) {
        context.signal.throwIfAborted()
        const refusal = refusalOf(error)
        if (!refusal) throw error
        for (const name of names) cluster.learned.refusedTokens.add(name)
        await reportRefusals(cluster, context, `a new token in ${names.join(', ')}`, [refusal])
      }
    },
  })
}
