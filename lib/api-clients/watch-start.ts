import type { ClusterState } from '../preflight/survey.ts'

const since = new WeakMap<ClusterState, number>()

/**
 * From now on the API servers can hear every client. Said when they begin to write down whom they refuse, and again when
 * pods on a machine get back their way to the API.
 */
export function markWatchStart(site: ClusterState): void {
  since.set(site, Date.now())
}

/** Since when, in milliseconds since 1970 by our clock; 0 where nobody said so. */
export function watchStartedAtMs(site: ClusterState): number {
  return since.get(site) ?? 0
}
