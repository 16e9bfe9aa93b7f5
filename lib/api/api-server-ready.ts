import { limitS } from '../engine/time-limits.ts'
import { bash, runScript } from '../shell/bash.ts'
import { waitFunction } from '../shell/wait-function.ts'
import { getRawFunction } from './kube-api.ts'
import type { NodeState, ClusterState } from '../model.ts'

/** Waits until a control plane's own API server says that it is ready. */
export async function waitUntilReady(host: NodeState, cluster: ClusterState, signal: AbortSignal): Promise<void> {
  const script = bash`
${getRawFunction(host, cluster)}
${waitFunction}
is_ready() { answer=$(get_raw /readyz 2>&1); }
wait_until ${limitS(120, host)} 0.5 is_ready || { printf '%s\n' "$answer" >&2; exit 1; }
`
  await runScript(host.node, 'wait until the API server is ready', script, { public: true, signal, timeoutMs: 150_000 })
}

/** Whether a control plane's own API server says now that it is ready. */
export async function isReady(host: NodeState, cluster: ClusterState, signal: AbortSignal): Promise<boolean> {
  const script = bash`
${getRawFunction(host, cluster)}
if get_raw /readyz > /dev/null 2>&1; then echo yes; fi
`
  const { stdout } = await runScript(host.node, 'check whether the API server is ready', script, {
    public: true,
    signal,
  })
  return stdout.trim() === 'yes'
}
