import { limitMs } from '../engine/time-limits.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { Step } from '../engine/step.ts'
import { waitFor } from '../engine/wait.ts'
import { isBroken } from '../kubelet/broken-nodes.ts'
import { mountedTokens, type MountedToken } from '../kubelet/mounted-tokens.ts'
import { giveNewCa } from '../kubelet/resync-volumes.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { tokenKeyIds } from '../pki/sa-key/token-key-ids.ts'

/**
 * kubelet signs nothing itself: after a restart it requests new tokens at the first sync of each pod, and takes the CA
 * from the ConfigMap that it knows then, which may be old if its API server's cache was. The files are read, because a
 * container that restarts reads what is there: kubelet does not wait for the volumes of a container that it restarts.
 * Nothing is awaited from a Node that was not Ready before. A pod that gets none in time is named.
 */
export function checkTokens(tokens: RecoveryOptions['tokens']): Step {
  return {
    id: 'check-tokens',
    title:
      tokens === 'lazy'
        ? 'Wait until every mounted token is of a key that is accepted, and every pod has the new CA'
        : 'Wait until every mounted token is signed with the new key, and every pod has the new CA',
    followUp: true,
    async run(cluster, context) {
      const { emit, signal } = context
      const timeoutMs = limitMs(120_000, cluster.first)
      const [ca, { valid, accepted }] = await Promise.all([clusterCa(cluster), tokenKeyIds(cluster, signal)])
      let seen: readonly MountedToken[] = []
      let late: readonly MountedToken[] = []
      try {
        await waitFor(
          'every mounted token is signed with the new key',
          async () => {
            seen = (await mountedTokens(cluster, signal)).filter(({ host }) => !isBroken(cluster, host))
            late = staleIn(seen, tokens === 'lazy' ? accepted : valid)
            if (late.length > 0) throw new Error(`${late.length} still of the old key, the first ${nameOf(late[0])}`)
            return true
          },
          { timeoutMs, intervalMs: 250, signal },
        )
      } catch (error) {
        signal.throwIfAborted()
        // Where no pod has a new one, it is not the pods.
        if (late.length === seen.filter(({ isRenewable }) => isRenewable).length) throw error
        const reason = `kubelet did not write its new token within ${timeoutMs / 1000} s`
        for (const { host, pod } of late)
          emit({ type: 'token.left', node: host.node.name, pod: `${pod.namespace}/${pod.name}`, reason })
      }
      const orphaned = seen.filter(({ isRenewable }) => !isRenewable)
      for (const { pod } of orphaned) cluster.learned.withoutAccount.add(pod.uid)
      for (const { host, pod } of orphaned.filter((token) => !isOf(valid, token))) {
        cluster.learned.leftClients.add(pod.uid)
        const reason = `its ServiceAccount ${pod.serviceAccount} is gone, so its token cannot be reissued`
        emit({ type: 'token.left', node: host.node.name, pod: `${pod.namespace}/${pod.name}`, reason })
      }
      // Elsewhere `finish-refused-writes` does so.
      const lateUids = new Set(late.map(({ pod }) => pod.uid))
      if (cluster.learned.withoutCa.size === 0) await giveNewCa(cluster, ca, context, lateUids)
      if (staleIn(seen, valid).length > 0) return
      emit({ type: 'milestone.reached', milestone: 'tokens-reissued', title: 'Tokens reissued' })
    },
  }
}

const isOf = (keyIds: ReadonlySet<string>, { keyId }: MountedToken) => keyId !== undefined && keyIds.has(keyId)

/** The tokens of other keys, or that are not there yet, without those that nobody can issue anew. */
const staleIn = (tokens: readonly MountedToken[], keyIds: ReadonlySet<string>) =>
  tokens.filter((token) => token.isRenewable && !isOf(keyIds, token))

const nameOf = (token: MountedToken | undefined) =>
  token ? `of ${token.pod.namespace}/${token.pod.name} on ${token.host.node.name}` : ''
