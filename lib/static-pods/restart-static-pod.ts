import { limitS } from '../engine/time-limits.ts'
import type { Component, NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { waitFunction } from '../shell/wait-function.ts'
import type { StaticPodProcess } from './processes.ts'

/**
 * Seconds that kubelet gets to start a container again by itself. It does so at once, but after an earlier restart within
 * ten minutes it waits 10 s, then 20 s, up to 5 min (pkg/kubelet, doBackOff). That counts from the container that has ended: without it
 * kubelet starts another when it looks at the pod again. It also forgets when it is restarted, which takes a minute where the API
 * server listens and does not answer, as without etcd.
 */
const [patienceS, withoutBackOffS] = [4, 15]

/**
 * Ends the container of a static pod; kubelet starts another in the same sandbox, so that pod, manifest and address stay.
 * Resolves when that runs, which does not mean that it is ready yet. Does the same for one that has ended and waits.
 * @param graceS seconds between SIGTERM and SIGKILL
 */
export async function restartStaticPod(
  host: NodeState,
  component: Component,
  process: StaticPodProcess,
  { graceS, signal }: { readonly graceS: number; readonly signal: AbortSignal },
): Promise<void> {
  const old = process.state === 'running' ? process.container : ''
  const script = bash`
${waitFunction}
running() {
  crictl ps --quiet --state Running --label io.kubernetes.pod.namespace=kube-system --name ${`^${component}$`} || true
}
is_new() { [[ -n $(running | grep -vxF ${old} || true) ]]; }
old=${old}
# It may have ended by itself meanwhile.
if [ -n "$old" ]; then crictl --timeout 60s stop --timeout ${graceS} "$old" >&2 || true; fi
if wait_until ${old === '' ? 0 : patienceS} 0.2 is_new; then exit 0; fi
ended=$(crictl ps --all --quiet --state Exited --label io.kubernetes.pod.namespace=kube-system --name ${`^${component}$`} || true)
if [ -n "$ended" ]; then crictl --timeout 60s rm $ended >&2 || true; fi
if wait_until ${withoutBackOffS} 0.2 is_new; then exit 0; fi
systemctl restart kubelet
wait_until ${limitS(100, host)} 0.3 is_new || { echo 'kubelet does not start it again' >&2; exit 1; }
`
  await runScript(host.node, `restart ${component}`, script, { public: true, signal, timeoutMs: 180_000 })
}
