import { items, nameOf } from '../api/kube-api.ts'
import { objectAt, stringAt } from '../engine/json.ts'
import type { Json } from '../model.ts'

/** Where the API has the leases of kube-system: those of the elected components, and others. */
export const leasesPath = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
/** The leases' names, which are the components' (kubeadm does not set --leader-elect-resource-name). */
export const electedComponents = ['kube-controller-manager', 'kube-scheduler'] as const

export type ElectedComponent = (typeof electedComponents)[number]

/** The holder while the repair holds the leases; it tells whoever reads them what the repair waits for. */
export const holderIdentity = 'drill-recovery_until-every-node-is-back'

/**
 * Candidates respect the duration in the lease (isLeaseValid in client-go's leaderelection.go). While the repair runs it renews
 * them; once it is killed they run out.
 */
export const leaseDurationSeconds = 60

/** A lease that is older is renewed, in milliseconds. */
const freshMs = 5000

/** One write to a lease. */
export interface LeaseChange {
  readonly path: string
  readonly verb: 'replace' | 'create'
  readonly lease: string
}

/**
 * Pure: the writes after which the repair holds the leases of all elected components but those that are led.
 * @param list a LeaseList
 * @param nowMs since 1970
 */
export function leasesToHold(
  list: Json | undefined,
  nowMs: number,
  led: readonly ElectedComponent[] = [],
): LeaseChange[] {
  const renewTime = timeOf(nowMs)
  const spec = { holderIdentity, leaseDurationSeconds, acquireTime: renewTime, renewTime }
  const free = electedComponents.filter((name) => !led.includes(name))
  return free.flatMap((name): LeaseChange[] => {
    const lease = items(list).find((found) => nameOf(found) === name)
    if (lease && holderOf(lease) === holderIdentity && nowMs - renewedMsOf(lease) < freshMs) return []
    if (lease) return [replacement(lease, spec)]
    const made = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: 'kube-system' },
      spec,
    }
    return [{ path: leasesPath, verb: 'create', lease: JSON.stringify(made) }]
  })
}

/** Pure: the writes that renew the leases of the repair, and no others. */
export function leasesToRenew(list: Json | undefined, nowMs: number): LeaseChange[] {
  return items(list)
    .filter((lease) => holderOf(lease) === holderIdentity)
    .map((lease) => replacement(lease, { renewTime: timeOf(nowMs), leaseDurationSeconds }))
}

/** As the API writes a MicroTime. */
const timeOf = (nowMs: number) => new Date(nowMs).toISOString().replace('Z', '000Z')

/**
 * Pure: the writes that release the leases of the repair and of dead leaders.
 * @param list a LeaseList
 * @param nowMs by the clock of the control plane that was asked, since 1970
 */
export function leasesToRelease(list: Json | undefined, nowMs: number): LeaseChange[] {
  return items(list)
    .filter(
      (lease) =>
        electedComponents.some((name) => name === nameOf(lease)) &&
        (holderOf(lease) === holderIdentity || isDead(lease, nowMs)),
    )
    .map(released)
}

/** The write that gives a lease back. */
export const released = (lease: Json) => replacement(lease, { holderIdentity: '', leaseDurationSeconds: 1 })

function replacement(lease: Json, spec: Json): LeaseChange {
  const changed = { ...lease, spec: { ...objectAt(lease, 'spec'), ...spec } }
  return { path: `${leasesPath}/${nameOf(lease)}`, verb: 'replace', lease: JSON.stringify(changed) }
}

/** Whether a lease has a holder that has not renewed it in time. */
export function isDead(lease: Json, nowMs: number): boolean {
  const seconds = Number(objectAt(lease, 'spec')['leaseDurationSeconds'])
  return holderOf(lease) !== undefined && nowMs - renewedMsOf(lease) > seconds * 1000
}

const renewedMsOf = (lease: Json) => Date.parse(stringAt(objectAt(lease, 'spec'), 'renewTime') ?? '')

/** The leader by this lease; undefined where it is free, held by the repair, or missing. */
export function leaderOf(lease: Json | undefined): string | undefined {
  const holder = holderOf(lease)
  return holder === holderIdentity ? undefined : holder
}

/** Who holds a lease, be it the repair; undefined where it is free or missing. */
export function holderOf(lease: Json | undefined): string | undefined {
  return stringAt(objectAt(lease ?? {}, 'spec'), 'holderIdentity')
}
