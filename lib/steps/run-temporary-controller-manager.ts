import { heldComponents, releaseLeases } from '../leader-election/leases.ts'
import { PreconditionError } from '../engine/errors.ts'
import { getRaw } from '../api/kube-api.ts'
import { objectAt } from '../kubeadm/kubeadm-config.ts'
import { siteOf, type ClusterState } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { emptySecretTokens, secretTokens } from '../api/tokens.ts'
import {
  stopTemporary,
  startTemporary,
  temporaryTimeoutMs,
  temporaryState,
} from '../leader-election/temporary-controller-manager.ts'
import { clusterCa, currentKeyId, namespacesWithoutCa } from '../pki/cluster-ca.ts'
import { waitFor } from '../engine/wait.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

async function oldSecretTokens(site: ClusterState, signal: AbortSignal): Promise<string[]> {
  const [current, tokens] = await Promise.all([currentKeyId(site), secretTokens(site, signal)])
  return tokens.filter(({ keyId }) => keyId !== current).map(({ where }) => where)
}

async function isSigned(site: ClusterState, signal: AbortSignal): Promise<boolean> {
  const path = '/api/v1/namespaces/kube-public/configmaps/cluster-info'
  const [found] = await getRaw(site.first, site, [path], signal)
  return Object.keys(objectAt(found ?? {}, 'data')).some((key) => key.startsWith('jws-kubeconfig-'))
}

/** What only a controller manager can do for the repair and has not done yet, in words. */
async function undone(context: RecoveryContext): Promise<string[]> {
  const site = await siteOf(context)
  const { signal } = context
  const [namespaces, tokens, signed] = await Promise.all([
    namespacesWithoutCa(site, await clusterCa(site), signal),
    oldSecretTokens(site, signal),
    isSigned(site, signal),
  ])
  return [
    ...namespaces.map((name) => `the new CA in ${name}`),
    ...tokens.map((name) => `the token in ${name}`),
    ...(signed ? [] : ["cluster-info's signature"]),
  ]
}

/**
 * The article's way to keep the controller manager from evicting: it runs whole, while every kubelet is still silent,
 * only until its work for the repair is done. Nobody signs a kubelet's request after that until it is brought back.
 */
export const runTemporaryControllerManager = stepFromFindings<string>({
  id: 'run-temporary-controller-manager',
  title: 'Run one full controller manager until it has published the CA and signed what it must, and end it',
  needs: 'api',
  describe: (left) => [{ node: 'cluster', action: `have a controller manager do: ${left}`, reason: 'still to do' }],
  async find(context) {
    const { first } = await siteOf(context)
    const [left, state] = await Promise.all([undone(context), temporaryState(first, context.signal)])
    return state === 'temporary' ? [...left, 'the end of a temporary controller manager'] : left
  },
  async work(context) {
    const site = await siteOf(context)
    const { signal } = context
    const { first } = site
    if ((await heldComponents(site, signal)).length > 0) {
      throw new PreconditionError(
        'an earlier repair started controller managers that its leases hold back, and they would lead now: go on without --controllers paused',
      )
    }
    const state = await temporaryState(first, signal)
    if (state === 'temporary') await stopTemporary(first, signal)
    await emptySecretTokens(site, await oldSecretTokens(site, signal), signal)
    const waitUntilDone = () =>
      waitFor(
        'the controller manager has done its work for the repair',
        async () => {
          const left = await undone(context)
          if (left.length > 0) throw new Error(`not yet: ${left.join(', ')}`)
          return true
        },
        { timeoutMs: temporaryTimeoutMs, intervalMs: 200, signal },
      )
    if (state === 'installed') {
      await waitUntilDone()
      return
    }
    if ((await undone(context)).length === 0) return
    await releaseLeases(site, signal)
    try {
      await startTemporary(context, site, first)
      await waitUntilDone()
    } finally {
      await stopTemporary(first)
    }
  },
})
