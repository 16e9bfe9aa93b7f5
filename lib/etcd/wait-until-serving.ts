import type { NodeState } from '../model.ts'
import { waitForPort } from '../shell/wait-for-port.ts'

/** kubeadm's etcd opens its metrics port when it begins to serve its peers, after it has compared its data with theirs. */
const metricsPort = 2381

/** Waits, up to 15 s, until a member serves its peers. Never rejects but with the signal's reason. */
export async function waitUntilServing(host: NodeState, signal: AbortSignal): Promise<void> {
  try {
    await waitForPort(host, '127.0.0.1', metricsPort, { timeoutMs: 15_000, signal })
  } catch {
    // Another port, or a slow machine: then the next member itself waits for this one's answer.
    signal.throwIfAborted()
  }
}
