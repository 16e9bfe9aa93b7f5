import type { ClusterState } from '../model.ts'

/**
 * From now on the API servers can log every client. Set when their log level is raised, and again when pods on a machine
 * get back their route to the API.
 */
export function markWatchStart({ learned }: ClusterState): void {
  learned.watchStartedAtMs = Date.now()
}

/** Since when, in milliseconds since 1970 by our clock; 0 where the log level was never raised. */
export function watchStartedAtMs({ learned }: ClusterState): number {
  return learned.watchStartedAtMs
}
