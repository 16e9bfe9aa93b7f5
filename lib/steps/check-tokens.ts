import { forEachNode } from '../engine/for-each-node.ts'
import { getRaw } from '../api/kube-api.ts'
import { podsIn } from '../api/pods.ts'
import { resyncVolumes } from '../kubelet/resync-volumes.ts'
import { siteOf } from '../preflight/survey.ts'
import type { Step } from '../engine/step.ts'
import { mountedTokens, podsWithOtherCa } from '../api/tokens.ts'
import { clusterCa, currentKeyId } from '../pki/cluster-ca.ts'
import { waitFor } from '../engine/wait.ts'

/**
 * Kubelet signs nothing itself: a restarted one asks for new tokens at the first look at each pod, and takes the CA from
 * what it knows of the ConfigMap then, which its API server's cache may have had from before. Looked at in the files, not
 * assumed: a program that is restarted reads what is there, since kubelet does not wait for the volumes of a container
 * that it starts again.
 */
export const checkTokens: Step = {
  id: 'check-tokens',
  title: 'Wait until every mounted token carries the new key, beside the new CA',
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    const [ca, current] = await Promise.all([clusterCa(site), currentKeyId(site)])
    await waitFor(
      'every mounted token carries the new key',
      async () => {
        const [list] = await getRaw(site.first, site, ['/api/v1/pods'], signal)
        const pods = podsIn(list).filter(({ running }) => running)
        const old = await forEachNode(site.machines, async (host) => {
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
    await forEachNode(site.machines, async (host) => {
      const refreshed = async () => {
        const uids = await podsWithOtherCa(host, ca, signal)
        return uids.length === 0 || resyncVolumes(site, host, { ca, uids }, signal)
      }
      const what = `the pods on ${host.node.name} are given the new CA`
      await waitFor(what, refreshed, { timeoutMs: 120_000, intervalMs: 250, signal })
    })
    context.emit({ type: 'milestone.reached', milestone: 'tokens-reissued', title: 'Tokens reissued' })
  },
}
