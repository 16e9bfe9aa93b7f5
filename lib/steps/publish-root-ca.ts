import { describeRefusal, refusalOf, type Refusal } from '../api/admission.ts'
import type { RecoveryContext, Step } from '../engine/step.ts'
import { limitMs } from '../engine/time-limits.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { waitFor } from '../engine/wait.ts'
import type { ClusterState } from '../model.ts'
import { clusterCa, namespacesWithoutCa } from '../pki/cluster-ca.ts'
import { publishRootCaIn } from '../pki/root-ca.ts'
import { previewWithoutApi } from './preview-without.ts'

/**
 * From when on the repair publishes the CA itself, and how often, in milliseconds. The controller manager does it within 3 s, and comes
 * back to what was refused only after minutes.
 */
const defaultHelpAfterMs = 8000

/** For how long it is waited for, and for each namespace besides: 1 200 took 36 s on two cores. In milliseconds. */
const [waitMs, perNamespaceMs] = [120_000, 100]

/** In so many namespaces at once. */
const atOnce = 10

/** Publishes the CA in these namespaces. Gives what refuses it, by namespace. */
async function publishIn(cluster: ClusterState, names: readonly string[], ca: string, signal: AbortSignal) {
  const attempts = names.map(async (name): Promise<readonly [string, Refusal][]> => {
    try {
      await publishRootCaIn(cluster, name, ca, signal)
      return []
    } catch (error) {
      signal.throwIfAborted()
      const refusal = refusalOf(error)
      return refusal ? [[name, refusal]] : []
    }
  })
  return (await Promise.all(attempts)).flat()
}

/**
 * Waits until the CA is published in every namespace, or until admission refuses it twice in each that is left; gives what
 * refuses it then. Gives nothing where it is published, but not everywhere, and nobody knows why.
 */
async function waitForCa(
  cluster: ClusterState,
  { helpAfterMs, timeoutMs }: { readonly helpAfterMs: number; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<readonly Refusal[]> {
  const ca = await clusterCa(cluster)
  let helpedAt = performance.now()
  const seen = new Map<string, Refusal[]>()
  const timesOf = (name: string) => seen.get(name)?.length ?? 0
  const ask = async (): Promise<readonly Refusal[] | undefined> => {
    const names = await namespacesWithoutCa(cluster, ca, signal)
    if (names.length === 0) return []
    if (performance.now() - helpedAt > helpAfterMs) {
      const some = names.toSorted((one, other) => timesOf(one) - timesOf(other)).slice(0, atOnce)
      for (const [name, refusal] of await publishIn(cluster, some, ca, signal))
        seen.set(name, [...(seen.get(name) ?? []), refusal])
      if (names.every((name) => timesOf(name) > 1)) return names.flatMap((name) => seen.get(name) ?? [])
      helpedAt = performance.now()
    }
    throw new Error(`not yet: ${names.join(', ')}`)
  }
  try {
    const options = { timeoutMs, intervalMs: 150, signal }
    return await waitFor('the new CA is published in every namespace', ask, options)
  } catch (error) {
    signal.throwIfAborted()
    if ((await namespacesWithoutCa(cluster, ca, signal)).includes('kube-system')) throw error
    return []
  }
}

/** Says what refuses the CA, once each. */
async function reportRefusals(
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
export const publishRootCaAfter = (helpAfterMs: number): Step =>
  stepFromFindings<string>({
    id: 'publish-root-ca',
    title: 'Wait until the new CA is published in every namespace',
    followUp: true,
    previewWithout: previewWithoutApi,
    find: async (cluster, { signal }) => namespacesWithoutCa(cluster, await clusterCa(cluster), signal),
    async work(cluster, context, names) {
      const timeoutMs = limitMs(waitMs + perNamespaceMs * names.length, cluster.first)
      const refusals = await waitForCa(cluster, { helpAfterMs, timeoutMs }, context.signal)
      const left = await namespacesWithoutCa(cluster, await clusterCa(cluster), context.signal)
      if (left.length === 0) return
      for (const namespace of left) cluster.learned.withoutCa.add(namespace)
      const what = `the new CA in ${left.join(', ')}`
      if (refusals.length > 0) return reportRefusals(cluster, context, what, refusals)
      context.emit({ type: 'write.refused', what, reason: `nobody wrote it within ${timeoutMs / 1000} s` })
    },
  })

export const publishRootCa = publishRootCaAfter(defaultHelpAfterMs)
