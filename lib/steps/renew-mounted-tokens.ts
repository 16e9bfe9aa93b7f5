import type { RecoveryOptions } from '../engine/options.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { mountedTokens } from '../kubelet/mounted-tokens.ts'
import { restartInTurn } from '../kubelet/restart-in-turn.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { previewNewSaKey } from '../pki/sa-key/preview-new-sa-key.ts'
import { tokenKeyIds } from '../pki/sa-key/token-key-ids.ts'
import { previewWithoutApi, previewWithoutCa } from './preview-without.ts'

interface Holding {
  readonly host: NodeState
  readonly tokens: number
}

/** The machines whose kubelet keeps tokens of a key that is not in use any more: workers first, as they carry less. */
async function holding(cluster: ClusterState, { signal }: RecoveryContext, lazy: boolean): Promise<Holding[]> {
  const { accepted, valid } = await tokenKeyIds(cluster, signal)
  const keyIds = lazy ? accepted : valid
  const kept = (await mountedTokens(cluster, signal)).filter(
    ({ keyId, isKept, isRenewable }) => keyId !== undefined && !keyIds.has(keyId) && isKept && isRenewable,
  )
  return [...cluster.workers, ...cluster.controlPlanes].flatMap((host) => {
    const tokens = kept.filter((token) => token.host === host).length
    return tokens > 0 ? [{ host, tokens }] : []
  })
}

/**
 * kubelet keeps the tokens that it has requested, and replaces them when most of their lifetime is over; only a restart
 * makes it request others at once. A kubelet that was restarted since renews what it finds by itself.
 */
export function renewMountedTokens(options: Pick<RecoveryOptions, 'tokens' | 'compromised'>) {
  const isLazy = options.tokens === 'lazy'
  const preview = previewNewSaKey(options, ({ workers, controlPlanes }) =>
    [...workers, ...controlPlanes].map(({ node }) => {
      return { node: node.name, action: 'restart kubelet when the one before it is back' }
    }),
  )
  return stepFromFindings<Holding>({
    id: 'renew-mounted-tokens',
    title: isLazy
      ? 'Restart kubelets that keep rejected tokens, one by one; tokens that are still accepted are renewed in time'
      : 'Restart kubelets that keep tokens of a lost key, one by one; containers keep running',
    describe: ({ host, tokens }) => [
      {
        node: host.node.name,
        action: 'restart kubelet',
        reason: `it keeps ${tokens} tokens of a key that is not in use`,
      },
    ],
    async previewWithout(cluster, context) {
      const lazily = isLazy && options.compromised === 'nothing'
      const without = (await previewWithoutCa()(cluster, context)) ?? (await previewWithoutApi(cluster, context))
      return without ?? (lazily ? [] : await preview(cluster, context))
    },
    find: (cluster, context) => holding(cluster, context, isLazy),
    async work(cluster, context, found) {
      await restartInTurn(
        cluster,
        found.map(({ host }) => host),
        context,
      )
    },
  })
}
