import { siteOf } from '../preflight/survey.ts'
import { clusterCa, namespacesWithoutCa } from '../pki/cluster-ca.ts'
import { waitFor } from '../engine/wait.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

/**
 * Before kubelets are restarted: a pod is given its token and the CA together, and a new token with the old CA helps
 * nobody.
 */
export const publishRootCa = stepFromFindings({
  id: 'publish-root-ca',
  title: 'Wait until the new CA is in every namespace',
  needs: 'api',
  async find(context) {
    const site = await siteOf(context)
    return namespacesWithoutCa(site, await clusterCa(site), context.signal)
  },
  async work(context) {
    const site = await siteOf(context)
    const ca = await clusterCa(site)
    await waitFor(
      'the new CA is in every namespace',
      async () => {
        const without = await namespacesWithoutCa(site, ca, context.signal)
        if (without.length > 0) throw new Error(`not yet in ${without.join(', ')}`)
        return true
      },
      { timeoutMs: 120_000, intervalMs: 150, signal: context.signal },
    )
  },
})
