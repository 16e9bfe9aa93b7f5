import { emptySecretTokens } from '../api/tokens.ts'
import { PreconditionError } from '../engine/errors.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { waitUntilNone } from '../engine/wait.ts'
import { heldComponents, leaderWith, releaseLeases } from '../leader-election/leases.ts'
import {
  startTemporary,
  stopTemporary,
  temporaryState,
  temporaryTimeoutMs,
} from '../leader-election/temporary-controller-manager.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { clusterCa, namespacesWithoutCa } from '../pki/cluster-ca.ts'
import { previewWithoutApi } from './preview-without.ts'
import { leaveTokens, unissuedTokens } from './reissue-secret-tokens.ts'

const held = 'a temporary controller manager'

/** What only a controller manager can do for the repair and has not done yet, in words. */
async function undone(cluster: ClusterState, signal: AbortSignal): Promise<string[]> {
  const ca = await clusterCa(cluster)
  const [namespaces, { lost, empty }] = await Promise.all([
    namespacesWithoutCa(cluster, ca, signal),
    unissuedTokens(cluster, signal),
  ])
  const tokens = [...lost, ...empty].filter((name) => !cluster.learned.refusedTokens.has(name))
  return [...namespaces.map((name) => `the new CA in ${name}`), ...tokens.map((name) => `the token in ${name}`)]
}

async function waitUntilDone(cluster: ClusterState, signal: AbortSignal): Promise<void> {
  const options = { timeoutMs: temporaryTimeoutMs, intervalMs: 200, signal }
  const left = () => undone(cluster, signal)
  await waitUntilNone('the controller manager has done its work for the repair', left, options)
}

async function refuseHeldLeases(cluster: ClusterState, signal: AbortSignal): Promise<void> {
  if ((await heldComponents(cluster, signal)).length === 0) return
  throw new PreconditionError(
    'an earlier repair started controller managers that wait for the leases it holds, and they would lead now: run again without --controllers paused',
    { reason: 'leases-held' },
  )
}

/** An earlier repair may have chosen another control plane. */
const statesOf = (cluster: ClusterState, signal: AbortSignal) =>
  forEachNode(cluster.controlPlanes, async (host) => ({ host, state: await temporaryState(host, signal) }))

/** What is killed keeps its lease: the next would wait 15 s for it, and whoever reads it take the dead one for a leader. */
async function giveLeaseBack(cluster: ClusterState, { node }: NodeState, signal: AbortSignal): Promise<void> {
  const leads = await leaderWith(cluster, 'kube-controller-manager', signal)
  if (leads?.machine === node.name) await leads.release()
}

async function work(cluster: ClusterState, context: RecoveryContext): Promise<void> {
  const { signal } = context
  const { first } = cluster
  await refuseHeldLeases(cluster, signal)
  const states = await statesOf(cluster, signal)
  for (const { host } of states.filter(({ state }) => state === 'temporary')) {
    await stopTemporary(host, signal)
    await giveLeaseBack(cluster, host, signal)
  }
  await leaveTokens(
    cluster,
    context,
    await emptySecretTokens(cluster, (await unissuedTokens(cluster, signal)).lost, signal),
  )
  if (states.some(({ state }) => state === 'installed')) return waitUntilDone(cluster, signal)
  if ((await undone(cluster, signal)).length === 0) return
  await releaseLeases(cluster, signal)
  const { holds } = cluster.learned
  holds.set(held, {
    until: `within ${temporaryTimeoutMs / 1000 + 5} s, by ${first.node.name} itself`,
    release: (limit) => stopTemporary(first, limit),
  })
  try {
    await startTemporary(context, cluster, first)
    await waitUntilDone(cluster, signal)
  } finally {
    await stopTemporary(first)
    holds.delete(held)
  }
  await giveLeaseBack(cluster, first, signal)
}

/**
 * For `--controllers paused`, the article's way to keep the controller manager from evicting: it runs complete, while
 * every kubelet is still silent, only until its work for the repair is done. After that no kubelet request is signed
 * until it is started for good.
 */
export const runTemporaryControllerManager = stepFromFindings<string>({
  id: 'run-temporary-controller-manager',
  title: 'Run one full controller manager until it has published the CA and signed what it must, then stop it',
  followUp: true,
  previewWithout: previewWithoutApi,
  describe: (left) => [{ node: 'cluster', action: `have a controller manager do: ${left}`, reason: 'still to do' }],
  async find(cluster, { signal }) {
    const [left, states] = await Promise.all([undone(cluster, signal), statesOf(cluster, signal)])
    return states.some(({ state }) => state === 'temporary')
      ? [...left, 'the end of a temporary controller manager']
      : left
  },
  work,
})
