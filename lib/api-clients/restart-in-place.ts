import { bash, runScript } from '../shell/bash.ts'
import type { Pod } from '../api/pods.ts'
import type { ClusterState } from '../model.ts'
import { waitFor } from '../engine/wait.ts'
import type { ListPods } from './list-pods.ts'

/** No longer than this is waited for a program of the users to end by itself, in seconds. */
const patience = 10

/**
 * Ends the pod's containers; kubelet starts them again in the same sandbox, at once the first time: same pod, same
 * address, same volumes. Resolves when they run, and are Ready if they were before. Daemons of the nodes and DNS are
 * killed: asked politely, CoreDNS would keep the 5 s of its lameduck mode, and be missing just as long afterwards.
 * @param pods looks at the pods of now
 */
export async function restartInPlace(
  cluster: ClusterState,
  pod: Pod,
  pods: ListPods,
  signal: AbortSignal,
): Promise<void> {
  const host = cluster.machines.find(({ node }) => node.name === pod.node)
  if (!host) throw new Error(`${pod.namespace}/${pod.name} runs on ${pod.node}, which the inventory does not name`)
  const ids = pod.containers.map(({ id }) => id).filter((id) => id !== '')
  const grace = pod.isNodeDaemon || pod.isDns ? 0 : Math.min(patience, pod.graceSeconds)
  const script = bash`crictl --timeout 60s stop --timeout ${grace} ${ids}`
  await runScript(host.node, `restart ${pod.namespace}/${pod.name} in place`, script, { signal })
  await waitFor(
    `${pod.namespace}/${pod.name} runs again`,
    async () => {
      const now = (await pods()).find(({ uid }) => uid === pod.uid)
      if (!now) return true
      const isNew = now.containers.every(({ id, startedAt }) => !ids.includes(id) && startedAt > 0)
      return isNew && (now.ready || !pod.ready)
    },
    { timeoutMs: 90_000, intervalMs: 500, signal },
  )
}
