import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterState } from '../model.ts'
import { observeApiClients } from './observe-clients.ts'
import type { ApiClientSnapshot } from './api-client-snapshot.ts'
import type { RejectedClient } from './rejected-client.ts'
import { rejectedClients } from './rejected-clients.ts'

const pauseMs = 500

/**
 * Who is rejected now. A client that asks every few seconds and has just got its new credentials is given the time to ask with them: one
 * that reads them again needs no restart. Reads, changes nothing.
 */
export async function observeRejected(
  cluster: ClusterState,
  signal: AbortSignal,
  observe: typeof observeApiClients = observeApiClients,
): Promise<{ readonly snapshot: ApiClientSnapshot; readonly rejected: readonly RejectedClient[] }> {
  for (;;) {
    const snapshot = await observe(cluster, signal)
    const rejected = rejectedClients(snapshot)
    // It ends: nobody is undecided for longer than two periods after the volumes were written.
    if (!rejected.some(({ isUndecided }) => isUndecided)) return { snapshot, rejected }
    await sleep(pauseMs, undefined, { signal })
  }
}
