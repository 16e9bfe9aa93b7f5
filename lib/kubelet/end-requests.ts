import type { NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { waitFunction } from '../shell/wait-function.ts'

/** In seconds. Without this, kubelet waits for about half a minute for each of two requests. */
const [patienceS, pauseS] = [60, 0.5]

/**
 * Resolves when the container of etcd runs on this machine, or after a minute. Until then it ends kubelet's connections to the API, so
 * that requests which nobody can answer fail at once: an API server without etcd listens, and before kubelet starts a static pod again
 * it deletes and creates its mirror pod in the API (kubernetes/kubernetes#139502). kubelet goes on when these fail, and its other
 * requests are repeated. Where the kernel cannot end connections it only waits. Rejects with the signal's reason alone.
 */
export async function endRequestsUntilEtcdRuns({ node }: NodeState, signal: AbortSignal): Promise<void> {
  const script = bash`
${waitFunction}
port=$(sed -nE 's#^ *server: https://.*:([0-9]+)/*$#\1#p' /etc/kubernetes/kubelet.conf | head -n 1 || true)
port=\${port:-443}
runs() {
  [[ -n $(crictl ps --quiet --state Running --label io.kubernetes.pod.namespace=kube-system --name '^etcd$' || true) ]]
}
end_requests() {
  ss --tcp --numeric --processes --no-header state established "dport = :$port" | grep -F '"kubelet"' |
    while read -r _ _ from _; do
      ss --kill --tcp --numeric state established "sport = :\${from##*:} and dport = :$port" > /dev/null 2>&1 || true
    done || true
}
runs_or_ends() { runs || { end_requests; false; }; }
wait_until ${patienceS} ${pauseS} runs_or_ends || true
`
  try {
    await runScript(node, "end kubelet's unanswered requests until etcd runs", script, {
      public: true,
      signal,
      timeoutMs: 2 * patienceS * 1000,
    })
  } catch {
    // check-etcd waits for etcd in any case.
    signal.throwIfAborted()
  }
}
