import { forEachNode } from '../engine/for-each-node.ts'
import type { ClusterState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { waitFunction } from '../shell/wait-function.ts'

/** A kube-proxy that has just been restarted takes 2 to 3 s on a busy machine. In seconds, as is the wait where none can be asked. */
const [longestS, blindS] = [5, 1.5]

/** kubeadm's default, on the machine itself. */
const metrics = 'http://127.0.0.1:10249/metrics'

/**
 * Waits until every kube-proxy has written its rules within the last `withinMs`, or ever: its metrics say when it did last. Where
 * another program leads to the pods of Services, or metrics are elsewhere, 1.5 s must do: kube-proxy's minSyncPeriod is 1 s
 * (pkg/proxy/apis/config). Rejects with the signal's reason alone.
 */
export async function awaitKubeProxies(
  { machines }: Pick<ClusterState, 'machines'>,
  withinMs: number | 'ever',
  signal: AbortSignal,
): Promise<void> {
  const script = bash`
${waitFunction}
since=${withinMs === 'ever' ? 1 : bash`$(($(date +%s%3N) - ${Math.ceil(withinMs)}))`}
written() {
  local at
  at=$(curl --silent --max-time 1 ${metrics} |
    awk '/^kubeproxy_sync_proxy_rules_last_timestamp_seconds/ && $2 > at { at = $2 } END { printf "%.0f", at * 1000 }') || return 1
  [ "$at" -ge "$since" ]
}
if pgrep -x kube-proxy > /dev/null && command -v curl > /dev/null; then wait_until ${longestS} 0.1 written || true
elif [ "$since" != 1 ]; then sleep ${blindS}; fi
`
  await forEachNode(machines, async ({ node }) => {
    try {
      const options = { public: true, signal, timeoutMs: 4 * longestS * 1000 }
      await runScript(node, 'wait until kube-proxy has written its rules', script, options)
    } catch {
      signal.throwIfAborted()
    }
  })
}
