import { limitMs } from '../engine/time-limits.ts'
import { bash } from '../shell/bash.ts'
import { askApi, getRaw, kubeFunction } from '../api/kube-api.ts'
import { podsIn } from '../api/pods.ts'
import type { NodeState, ClusterState } from '../model.ts'
import { podsWithOtherCa } from '../api/tokens.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { publishesClusterCa } from '../pki/cluster-ca.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { isBroken } from './broken-nodes.ts'
import { waitFor } from '../engine/wait.ts'

const annotation = 'drill-recovery/volumes-refreshed'

/** kubelet writes the files in well under a second; a busy machine takes longer. */
const patience = { timeoutMs: 5000, intervalMs: 200 }

/**
 * Makes kubelet resync projected volumes that still hold another CA by touching an annotation on their pods; on its own
 * it would take 60 to 90 s (kubernetes.io, "Configure a Pod to Use a ConfigMap"). The annotation is removed again. For a
 * kubelet that already talks to the API. Resolves to whether all running pods have the new CA.
 * @param uids of the pods, as podsWithOtherCa gives them
 */
export async function resyncVolumes(
  cluster: ClusterState,
  host: NodeState,
  { ca, uids }: { readonly ca: string; readonly uids: readonly string[] },
  signal: AbortSignal,
): Promise<boolean> {
  const [list] = await getRaw(
    cluster.first,
    cluster,
    [`/api/v1/pods?fieldSelector=spec.nodeName%3D${host.node.name}`],
    signal,
  )
  const pods = podsIn(list).filter(({ uid, running }) => running && uids.includes(uid))
  const namespaces = Map.groupBy(pods, ({ namespace }) => namespace)
  const commands = [...namespaces].map(([namespace, those]) => {
    const names = those.map(({ name }) => name)
    return bash`
kube annotate pods --namespace ${namespace} ${names} --overwrite ${`${annotation}=${cluster.stamp}`}
kube annotate pods --namespace ${namespace} ${names} ${`${annotation}-`}
`.text
  })
  const script = bash`
${kubeFunction(cluster.first, cluster)}
{
${{ text: commands.join('') }}
} || true # a pod may be gone by now; what counts is what the volumes hold
`
  if (commands.length > 0)
    await askApi(cluster.first, `resync the volumes of pods on ${host.node.name}`, script, { signal })
  const isDone = async () => {
    const left = await podsWithOtherCa(host, ca, signal)
    return !pods.some(({ uid }) => left.includes(uid))
  }
  return waitFor(`pods on ${host.node.name} have the new CA`, isDone, { ...patience, signal }).catch(() => {
    signal.throwIfAborted()
    return false
  })
}

/**
 * Makes sure that every pod has this CA, but on Nodes that were not Ready before the loss, from which nothing is awaited, and in pods
 * whose token nobody can issue: kubelet writes a volume as a whole, so that without the token it does not get the CA either. Pods that
 * do not get it in time are named. Rejects where none gets it.
 * @param except pods (uids) that have no new token for other reasons
 */
export async function giveNewCa(
  cluster: ClusterState,
  ca: string,
  { emit, signal }: Pick<RecoveryContext, 'emit' | 'signal'>,
  except: ReadonlySet<string> = new Set(),
): Promise<void> {
  if (!publishesClusterCa(cluster)) return
  const late = new Set<string>()
  const errors: unknown[] = []
  const awaited = cluster.machines.filter((host) => !isBroken(cluster, host))
  await forEachNode(awaited, async (host) => {
    let uids: readonly string[] = []
    const resynced = async () => {
      const others = await podsWithOtherCa(host, ca, signal)
      uids = others.filter((uid) => !cluster.learned.withoutAccount.has(uid) && !except.has(uid))
      return uids.length === 0 || resyncVolumes(cluster, host, { ca, uids }, signal)
    }
    const what = `the pods on ${host.node.name} have the new CA`
    try {
      await waitFor(what, resynced, { timeoutMs: limitMs(120_000, host), intervalMs: 250, signal })
    } catch (error) {
      signal.throwIfAborted()
      if (uids.length === 0) throw error
      for (const uid of uids) late.add(uid)
      errors.push(error)
    }
  })
  if (late.size === 0) return
  const [list] = await getRaw(cluster.first, cluster, ['/api/v1/pods'], signal)
  const pods = podsIn(list).filter(({ running, tokenFiles }) => running && tokenFiles.length > 0)
  if (pods.every(({ uid }) => late.has(uid))) throw errors[0]
  const reason = 'kubelet did not write the new CA into its volume within 120 s'
  for (const pod of pods.filter(({ uid }) => late.has(uid)))
    emit({ type: 'pod.left', node: pod.node, pod: `${pod.namespace}/${pod.name}`, reason })
}
