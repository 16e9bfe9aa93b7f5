import { forEachNode } from '../engine/for-each-node.ts'
import type { ClusterState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { waitFunction } from '../shell/wait-function.ts'

/** A kube-proxy that has just been restarted takes 2 to 3 s on a busy machine. In seconds, as are the others. */
const startsS = 5
/** One that the API serves takes 1 s at most, its minSyncPeriod (pkg/proxy/apis/config); the rest is for a busy machine. */
const followsS = 3
/** Where none can be asked. */
const blindS = 1.5

/** kubeadm's default, on the machine itself: by IPv6 where kube-proxy binds to that (pkg/proxy/apis/config/v1alpha1/defaults.go). */
const metrics = 'http://localhost:10249/metrics'

/**
 * Waits until every kube-proxy has written its rules within the last `withinMs`, or ever: its metrics say when it did last. Resolves to
 * false where one does not in time, as one that the API rejects. Where another program leads to the pods of Services, or metrics are
 * elsewhere, 1.5 s must do. Rejects with the signal's reason alone.
 */
export async function awaitKubeProxies(
  { machines }: Pick<ClusterState, 'machines'>,
  withinMs: number | 'ever',
  signal: AbortSignal,
): Promise<boolean> {
  const longestS = withinMs === 'ever' ? startsS : followsS
  const script = bash`
${waitFunction}
since=${withinMs === 'ever' ? 1 : bash`$(($(date +%s%3N) - ${Math.ceil(withinMs)}))`}
written() {
  local at
  at=$(curl --silent --max-time 1 ${metrics} |
    awk '/^kubeproxy_sync_proxy_rules_last_timestamp_seconds/ && $2 > at { at = $2 } END { printf "%.0f", at * 1000 }') || return 1
  [ "$at" -ge "$since" ]
}
if pgrep -x kube-proxy > /dev/null && command -v curl > /dev/null; then wait_until ${longestS} 0.2 written || echo late
elif [ "$since" != 1 ]; then sleep ${blindS}; fi
`
  const inTime = await forEachNode(machines, async ({ node }) => {
    try {
      const options = { public: true, signal, timeoutMs: 4 * longestS * 1000 }
      const { stdout } = await runScript(node, 'wait until kube-proxy has written its rules', script, options)
      return stdout.trim() !== 'late'
    } catch {
      signal.throwIfAborted()
      return true
    }
  })
  return inTime.every(Boolean)
}
