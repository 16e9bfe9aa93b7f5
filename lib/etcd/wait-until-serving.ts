import type { NodeState } from '../model.ts'
import { waitForPort } from '../shell/wait-for-port.ts'
import { metricsUrlOf, placeOf } from './listen-urls.ts'

/**
 * Waits, up to 15 s, until a member serves its peers: then it opens its metrics port, after it has compared its data with theirs.
 * Never rejects but with the signal's reason.
 */
export async function waitUntilServing(host: NodeState, signal: AbortSignal): Promise<void> {
  try {
    await waitForPort(host, ...placeOf(metricsUrlOf(host)), { timeoutMs: 15_000, signal })
  } catch {
    // A slow machine: then the next member itself waits for this one's answer.
    signal.throwIfAborted()
  }
}
