import { bash } from './bash.ts'
import { askApi, getRawFunction, items, kubeFunction, nameOf, objectsIn } from './kube-api.ts'
import { objectAt, stringAt, type Json } from './kubeadm/operator-config.ts'
import type { Site } from './site.ts'

/** Where the API has the leases of kube-system: those of `leaders`, and others. */
export const leaderLeases = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
/** The leases' names, which are the components' (kubeadm leaves --leader-elect-resource-name as it is). */
export const leaders = ['kube-controller-manager', 'kube-scheduler']

/**
 * Releases the leases of controller managers and schedulers that are dead, in the way a leader does that stops: the
 * holder's name is emptied. Only leases older than their duration are touched, and none that a new leader has taken
 * meanwhile.
 */
export async function releaseDeadLeaders(site: Site, signal: AbortSignal): Promise<void> {
  const { first } = site
  const look = bash`
${getRawFunction(first, site)}
date +%s%3N
get_raw ${leaderLeases}
`
  const stdout = await askApi(first, 'see which leaders are dead', look, signal)
  const dead = deadLeaders(objectsIn(stdout)[0], Number.parseInt(stdout))
  if (dead.length === 0) return
  // With the version that was read: where a new leader has written meanwhile, the API refuses.
  const releases = dead.map(
    ({ path, released }) => bash`kube replace --raw ${path} --filename - <<< ${released} || true`,
  )
  const script = bash`
${kubeFunction(first, site)}
${{ text: releases.map(({ text }) => text).join('\n') }}
`
  await askApi(first, 'release the leases of dead leaders', script, signal)
}

/**
 * Pure: which of the leases in a list are dead leaders', and what each says once it is released.
 * @param list a LeaseList
 * @param nowMs by the clock of the control plane that was asked, since 1970
 */
export function deadLeaders(list: Json | undefined, nowMs: number): { path: string; released: string }[] {
  return items(list).flatMap((lease) => {
    const name = nameOf(lease)
    if (!leaders.includes(name) || !isDead(lease, nowMs)) return []
    const spec = { ...objectAt(lease, 'spec'), holderIdentity: '', leaseDurationSeconds: 1 }
    return [{ path: `${leaderLeases}/${name}`, released: JSON.stringify({ ...lease, spec }) }]
  })
}

function isDead(lease: Json, nowMs: number): boolean {
  const spec = objectAt(lease, 'spec')
  const renewedMs = Date.parse(stringAt(spec, 'renewTime') ?? '')
  return holderOf(lease) !== undefined && nowMs - renewedMs > Number(spec['leaseDurationSeconds']) * 1000
}

/** Who holds a lease; undefined for one that is free, or is not there. */
export function holderOf(lease: Json | undefined): string | undefined {
  return stringAt(objectAt(lease ?? {}, 'spec'), 'holderIdentity')
}
