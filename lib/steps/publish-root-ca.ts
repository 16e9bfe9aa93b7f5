import { describeRefusal, type Refusal } from '../api/admission.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { waitFor } from '../engine/wait.ts'
import type { ClusterState } from '../model.ts'
import { clusterCa, namespacesWithoutCa } from '../pki/cluster-ca.ts'
import { rootCaRefusal } from '../pki/root-ca.ts'
import { previewWithoutApi } from './preview-without.ts'

/** From when on the API server is asked what keeps the CA away, and how often, in milliseconds; it is published within 3 s. */
const suspectAfterMs = 8000

/**
 * Waits until the CA is published in every namespace, or until admission refuses it twice in each that is left; gives what
 * refuses it then.
 */
async function waitForCa(cluster: ClusterState, signal: AbortSignal): Promise<readonly Refusal[]> {
  const ca = await clusterCa(cluster)
  let askedAt = performance.now()
  let hasRefused = false
  const ask = async (): Promise<readonly Refusal[] | undefined> => {
    const names = await namespacesWithoutCa(cluster, ca, signal)
    if (names.length === 0) return []
    if (performance.now() - askedAt > suspectAfterMs) {
      const refusals = await Promise.all(names.map((name) => rootCaRefusal(cluster, name, ca, signal)))
      const isRefused = refusals.every((refusal) => refusal !== undefined)
      if (isRefused && hasRefused) return refusals
      hasRefused = isRefused
      askedAt = performance.now()
    }
    throw new Error(`not yet: ${names.join(', ')}`)
  }
  return waitFor('the new CA is published in every namespace', ask, { timeoutMs: 120_000, intervalMs: 150, signal })
}

/** Says what refuses a write of the repair, once each. */
export async function reportRefusals(
  cluster: ClusterState,
  { emit, signal }: RecoveryContext,
  what: string,
  refusals: readonly Refusal[],
): Promise<void> {
  const different = new Map(refusals.map((refusal) => [refusal.name, refusal]))
  for (const refusal of different.values()) {
    const reason = await describeRefusal(cluster, refusal, signal)
    emit({ type: 'write.refused', what, reason })
  }
}

/**
 * Before kubelets are restarted: a pod gets its token and the CA together, and a new token with the old CA is useless. Where
 * admission refuses it, such as a webhook whose pods need the CA themselves, the repair goes on: `finish-refused-writes` comes
 * back to it when API clients were restarted.
 */
export const publishRootCa = stepFromFindings<string>({
  id: 'publish-root-ca',
  title: 'Wait until the new CA is published in every namespace',
  followUp: true,
  previewWithout: previewWithoutApi,
  find: async (cluster, { signal }) => namespacesWithoutCa(cluster, await clusterCa(cluster), signal),
  async work(cluster, context) {
    const refusals = await waitForCa(cluster, context.signal)
    if (refusals.length === 0) return
    const left = await namespacesWithoutCa(cluster, await clusterCa(cluster), context.signal)
    for (const namespace of left) cluster.learned.withoutCa.add(namespace)
    await reportRefusals(cluster, context, `the new CA in ${left.join(', ')}`, refusals)
  },
})
