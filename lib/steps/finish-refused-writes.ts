import { getRaw } from '../api/kube-api.ts'
import { patienceMs } from '../api/until-admitted.ts'
import { podsIn } from '../api/pods.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { giveNewCa } from '../kubelet/resync-volumes.ts'
import type { ClusterState } from '../model.ts'
import { clusterCa, namespacesWithoutCa } from '../pki/cluster-ca.ts'
import { publishRootCaIn } from '../pki/root-ca.ts'
import { reissueTokens, whyRefused } from './reissue-secret-tokens.ts'
import { writeOrLeave } from './write-or-leave.ts'

/** Publishes the CA in the namespaces that lack it. Names those where it is refused still, and gives them. */
async function publishWhereRefused(cluster: ClusterState, context: RecoveryContext, ca: string): Promise<Set<string>> {
  const { emit, signal } = context
  const left = new Set<string>()
  // In all, since the same webhook may refuse it in many.
  const deadlineMs = performance.now() + patienceMs
  for (const namespace of await namespacesWithoutCa(cluster, ca, signal)) {
    const object = `ConfigMap ${namespace}/kube-root-ca.crt`
    const publish = () => publishRootCaIn(cluster, namespace, ca, signal)
    const isWritten = await writeOrLeave(
      cluster,
      { emit, signal, timeoutMs: deadlineMs - performance.now() },
      object,
      publish,
    )
    if (!isWritten) left.add(namespace)
  }
  return left
}

/** The uids of the pods in these namespaces. */
async function podsOf(cluster: ClusterState, namespaces: ReadonlySet<string>, signal: AbortSignal) {
  const paths = [...namespaces].map((namespace) => `/api/v1/namespaces/${namespace}/pods`)
  const lists = paths.length === 0 ? [] : await getRaw(cluster.first, cluster, paths, signal)
  return new Set(lists.flatMap(podsIn).map(({ uid }) => uid))
}

/**
 * What admission refused to an earlier step, such as a webhook that cannot answer before its own pods accept the new CA. They
 * were restarted by now; the controller manager itself would try again only minutes later.
 */
export const finishRefusedWrites = stepFromFindings<string>({
  id: 'finish-refused-writes',
  title: 'Publish the CA and reissue the tokens that a webhook refused before',
  followUp: true,
  previewWithout: async () => [],
  async find({ learned: { withoutCa, refusedTokens } }) {
    return [...[...withoutCa].map((name) => `the new CA in ${name}`), ...refusedTokens]
  },
  async work(cluster, context) {
    const { learned } = cluster
    const { emit, signal } = context
    const ca = await clusterCa(cluster)
    const without = await publishWhereRefused(cluster, context, ca)
    for (const namespace of learned.withoutCa) if (!without.has(namespace)) learned.withoutCa.delete(namespace)
    await giveNewCa(cluster, ca, context, await podsOf(cluster, without, signal))
    if (learned.refusedTokens.size === 0) return
    const left = await reissueTokens(cluster, [...learned.refusedTokens], signal, { emptiedWithinMs: patienceMs })
    learned.refusedTokens.clear()
    for (const { where, error } of left) {
      const reason = `its token is of the lost key: ${await whyRefused(cluster, error, signal)}`
      emit({ type: 'object.left', object: `Secret ${where}`, reason })
    }
  },
})
