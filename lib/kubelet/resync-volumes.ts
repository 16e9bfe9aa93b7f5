import { bash } from '../shell/bash.ts'
import { askApi, getRaw, kubeFunction } from '../api/kube-api.ts'
import { podsIn } from '../api/pods.ts'
import type { NodeState, ClusterState } from '../model.ts'
import { podsWithOtherCa } from '../api/tokens.ts'
import { waitFor } from '../engine/wait.ts'

const annotation = 'drill-recovery/volumes-refreshed'

/** Kubelet writes the files in well under a second; busy machines take some. */
const patience = { timeoutMs: 5000, intervalMs: 200 }

/**
 * Has a kubelet write the volumes of its pods anew that hold another CA, which it would do by itself only after 60 to
 * 90 s: a pod whose annotation changes is looked at at once (kubernetes.io, «Configure a Pod to Use a ConfigMap»). The
 * annotation is taken away again. For a kubelet that talks to the API already. Resolves to whether all that run hold
 * the new CA.
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
    await askApi(cluster.first, `refresh the volumes of pods on ${host.node.name}`, script, signal)
  const isDone = async () => {
    const left = await podsWithOtherCa(host, ca, signal)
    return !pods.some(({ uid }) => left.includes(uid))
  }
  return waitFor(`pods on ${host.node.name} are given the new CA`, isDone, { ...patience, signal }).catch(() => {
    signal.throwIfAborted()
    return false
  })
}
