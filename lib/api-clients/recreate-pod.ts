import { limitMs } from '../engine/time-limits.ts'
import { bash } from '../shell/bash.ts'
import { askApi, kubeFunction } from '../api/kube-api.ts'
import type { Pod } from '../api/pods.ts'
import type { ClusterState } from '../model.ts'
import { waitFor } from '../engine/wait.ts'
import type { ListPods } from './list-pods.ts'

/**
 * Deletes the pod through the API, and waits until its owner has as many Ready pods as before. For a pod with
 * an owner; a bare pod would not be replaced.
 * @param pods lists the pods now
 */
export async function recreatePod(cluster: ClusterState, pod: Pod, pods: ListPods, signal: AbortSignal): Promise<void> {
  const siblings = (all: readonly Pod[]) => all.filter(({ owner, running }) => owner === pod.owner && running)
  const wanted = siblings(await pods()).filter(({ ready, uid }) => ready || uid === pod.uid).length
  const script = bash`
${kubeFunction(cluster.first, cluster)}
kube delete pod --namespace ${pod.namespace} ${pod.name} --wait=false --ignore-not-found
`
  await askApi(cluster.first, `delete ${pod.namespace}/${pod.name}`, script, { signal })
  await waitFor(
    `the replacement of ${pod.namespace}/${pod.name} is Ready`,
    async () => {
      const ready = siblings(await pods()).filter((now) => now.ready && now.uid !== pod.uid)
      return ready.length >= wanted
    },
    { timeoutMs: limitMs(120_000, cluster.first), intervalMs: 250, signal },
  )
}
