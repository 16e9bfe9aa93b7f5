import type { Site } from '../site.ts'

const since = new WeakMap<Site, number>()

/**
 * From now on the API servers can hear every client. Said when they begin to write down whom they refuse, and again when
 * a daemon of a node was restarted: an API server that ends takes its address out of the Service `kubernetes` (kube-apiserver's
 * `lease_endpoint_reconciler.go`), and a kube-proxy that saw that lets no pod through to the API until it is served itself.
 */
export function hearFromNow(site: Site): void {
  since.set(site, Date.now())
}

/** Since when, in milliseconds since 1970 by our clock; 0 where nobody said so. */
export function heardSinceMs(site: Site): number {
  return since.get(site) ?? 0
}
