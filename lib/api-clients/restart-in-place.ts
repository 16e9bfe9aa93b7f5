import { bash, runScript } from '../shell/bash.ts'
import type { Pod } from '../api/pods.ts'
import type { ClusterState } from '../model.ts'
import { waitFor } from '../engine/wait.ts'
import type { ListPods } from './list-pods.ts'

/** Beyond the grace period: the time that the runtime itself may take, in seconds. */
const marginSeconds = 30

/**
 * Stops the pod's containers; kubelet starts them again in the same sandbox, the first time without delay: same pod, same
 * address, same volumes. Resolves when they run, and are Ready if they were before. They have the grace period of their pod,
 * however long. Only node daemons and DNS are killed: on SIGTERM CoreDNS would stay in lameduck mode for 5 s, and be missing
 * as long afterwards.
 * @param pods lists the pods now
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
  const grace = pod.isNodeDaemon || pod.isDns ? 0 : pod.graceSeconds
  // At once, because crictl stops one after another.
  const script = bash`
jobs=()
for id in ${ids}; do
  crictl --timeout ${`${grace + marginSeconds}s`} stop --timeout ${grace} "$id" & jobs+=($!)
done
for job in "\${jobs[@]}"; do wait "$job"; done
`
  const timeoutMs = (grace + 2 * marginSeconds) * 1000
  await runScript(host.node, `restart ${pod.namespace}/${pod.name} in place`, script, { signal, timeoutMs })
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
