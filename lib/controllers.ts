import { bash } from './bash.ts'
import { askApi, getRawFunction, items, kubeFunction } from './kube-api.ts'
import { isObject, objectAt, stringAt, type Json } from './kubeadm/operator-config.ts'
import type { Site } from './site.ts'

const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
const leaders = ['kube-controller-manager', 'kube-scheduler']

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
get_raw ${leases}
`
  const [now, list] = (await askApi(first, 'see which leaders are dead', look, signal)).split('\n')
  const dead = deadLeaders(list ?? '', Number(now))
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
 * @param list a LeaseList as JSON
 * @param nowMs by the clock of the control plane that was asked, since 1970
 */
export function deadLeaders(list: string, nowMs: number): { path: string; released: string }[] {
  const parsed: unknown = JSON.parse(list)
  return items(isObject(parsed) ? parsed : {}).flatMap((lease) => {
    const name = stringAt(objectAt(lease, 'metadata'), 'name') ?? ''
    if (!leaders.includes(name) || !isDead(objectAt(lease, 'spec'), nowMs)) return []
    const spec = { ...objectAt(lease, 'spec'), holderIdentity: '', leaseDurationSeconds: 1 }
    return [{ path: `${leases}/${name}`, released: JSON.stringify({ ...lease, spec }) }]
  })
}

function isDead(spec: Json, nowMs: number): boolean {
  const renewedMs = Date.parse(stringAt(spec, 'renewTime') ?? '')
  return Boolean(spec['holderIdentity']) && nowMs - renewedMs > Number(spec['leaseDurationSeconds']) * 1000
}
