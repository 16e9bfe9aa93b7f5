import { onEach } from '../each.ts'
import { getRaw } from '../kube-api.ts'
import { podsIn } from '../pods.ts'
import { siteOf } from '../site.ts'
import type { Step } from '../step.ts'
import { mountedTokens } from '../tokens.ts'
import { currentKeyId } from '../trust.ts'
import { waitFor } from '../wait.ts'

/**
 * Kubelet signs nothing itself: a restarted one asks for new tokens at the first look at each pod. Looked at in the
 * files, not assumed.
 */
export const checkTokens: Step = {
  id: 'check-tokens',
  title: 'Wait until every mounted token carries the new key',
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    const current = await currentKeyId(site)
    await waitFor(
      'every mounted token carries the new key',
      async () => {
        const [list] = await getRaw(site.first, site, ['/api/v1/pods'], signal)
        const pods = podsIn(list).filter(({ running }) => running)
        const old = await onEach(site.machines, async (host) => {
          const files = pods.filter(({ node }) => node === host.node.name).flatMap(({ tokenFiles }) => tokenFiles)
          const tokens = await mountedTokens(host, files, signal)
          return tokens.filter((token) => token.keyId !== current).map(({ where }) => `${host.node.name}:${where}`)
        })
        const left = old.flat()
        if (left.length > 0) throw new Error(`${left.length} still of the old key, the first ${left[0] ?? ''}`)
        return true
      },
      { timeoutMs: 120_000, intervalMs: 250, signal },
    )
    context.emit({ type: 'milestone.reached', milestone: 'tokens-reissued' })
  },
}
