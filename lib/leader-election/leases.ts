import { bash } from '../shell/bash.ts'
import { askApi, getRawFunction, items, kubeFunction, nameOf, objectsIn } from '../api/kube-api.ts'
import { objectAt, stringAt, type Json } from '../kubeadm/kubeadm-config.ts'
import type { ClusterState } from '../preflight/survey.ts'
import { waitFor } from '../engine/wait.ts'

/** Where the API has the leases of kube-system: those of `leaders`, and others. */
export const leasesPath = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
/** The leases' names, which are the components' (kubeadm leaves --leader-elect-resource-name as it is). */
export const electedComponents = ['kube-controller-manager', 'kube-scheduler'] as const

/** Who holds the leaders' leases while the repair holds them back; says what it waits for to those who look. */
const holderIdentity = 'drill-recovery_until-every-node-is-back'

/**
 * A candidate goes by the duration that the lease names (isLeaseValid in client-go's leaderelection.go). A day: longer
 * than any repair with its interruptions, and an end where nobody comes back to release it.
 */
const leaseDurationSeconds = 86_400

/**
 * Takes the leases of controller managers and schedulers, from whoever holds them: their candidates, whole and with
 * all their controllers, only stand by until `releaseLeases`. A live leader ends, and stands by when it is started
 * again. Resolves when they are held.
 */
export async function holdLeases(site: ClusterState, signal: AbortSignal): Promise<void> {
  const hold = async () => {
    const { list, nowMs } = await readLeases(site, signal)
    const changes = leasesToHold(list, nowMs)
    if (changes.length > 0) await change(site, changes, 'hold the leases of the leaders', signal)
    return changes.length === 0
  }
  await waitFor('the leases of the leaders are held', hold, { timeoutMs: 60_000, intervalMs: 50, signal })
}

/** The leaders whose leases the repair holds, by name. */
export async function heldComponents(
  site: ClusterState,
  signal: AbortSignal,
): Promise<(typeof electedComponents)[number][]> {
  const { list } = await readLeases(site, signal)
  return electedComponents.filter((name) =>
    items(list).some((lease) => nameOf(lease) === name && holderOf(lease) === holderIdentity),
  )
}

/**
 * Releases the leases of controller managers and schedulers that the repair holds, or whose holders are dead, in the
 * way a leader does that stops: the holder's name is emptied. Of others only leases older than their duration are
 * touched, and none that a new leader has taken meanwhile.
 */
export async function releaseLeases(site: ClusterState, signal: AbortSignal): Promise<void> {
  const { list, nowMs } = await readLeases(site, signal)
  const changes = leasesToRelease(list, nowMs)
  if (changes.length > 0) await change(site, changes, 'release the leases of the leaders', signal)
}

/** A lease as it is to be. */
export interface LeaseChange {
  /** Where it is replaced, or, of one that is missing, created. */
  readonly path: string
  readonly verb: 'replace' | 'create'
  readonly lease: string
}

/** @returns the leases of kube-system, and the time by the clock of the machine that was asked */
async function readLeases(site: ClusterState, signal: AbortSignal): Promise<{ list: Json | undefined; nowMs: number }> {
  const script = bash`
${getRawFunction(site.first, site)}
date +%s%3N
get_raw ${leasesPath}
`
  const stdout = await askApi(site.first, 'see who leads', script, signal)
  return { list: objectsIn(stdout)[0], nowMs: Number.parseInt(stdout) }
}

/** With the version that was read: where a leader has written meanwhile, the API refuses. */
async function change(
  site: ClusterState,
  changes: readonly LeaseChange[],
  title: string,
  signal: AbortSignal,
): Promise<void> {
  const commands = changes.map(
    ({ path, verb, lease }) => bash`kube ${verb} --raw ${path} --filename - <<< ${lease} || true`,
  )
  const script = bash`
${kubeFunction(site.first, site)}
${{ text: commands.map(({ text }) => text).join('\n') }}
`
  await askApi(site.first, title, script, signal)
}

/**
 * Pure: which leases must be changed so that the repair holds those of all leaders.
 * @param list a LeaseList
 * @param nowMs since 1970
 */
export function leasesToHold(list: Json | undefined, nowMs: number): LeaseChange[] {
  const renewTime = new Date(nowMs).toISOString().replace('Z', '000Z')
  const held = {
    holderIdentity: holderIdentity,
    leaseDurationSeconds: leaseDurationSeconds,
    acquireTime: renewTime,
    renewTime,
  }
  return electedComponents.flatMap((name): LeaseChange[] => {
    const lease = items(list).find((found) => nameOf(found) === name)
    if (holderOf(lease) === holderIdentity) return []
    if (lease) return [replacement(lease, held)]
    const made = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: 'kube-system' },
      spec: held,
    }
    return [{ path: leasesPath, verb: 'create', lease: JSON.stringify(made) }]
  })
}

/**
 * Pure: which leases of leaders are the repair's or dead leaders', and what each says once it is released.
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
    .map((lease) => replacement(lease, { holderIdentity: '', leaseDurationSeconds: 1 }))
}

function replacement(lease: Json, spec: Json): LeaseChange {
  const changed = { ...lease, spec: { ...objectAt(lease, 'spec'), ...spec } }
  return { path: `${leasesPath}/${nameOf(lease)}`, verb: 'replace', lease: JSON.stringify(changed) }
}

function isDead(lease: Json, nowMs: number): boolean {
  const spec = objectAt(lease, 'spec')
  const renewedMs = Date.parse(stringAt(spec, 'renewTime') ?? '')
  return holderOf(lease) !== undefined && nowMs - renewedMs > Number(spec['leaseDurationSeconds']) * 1000
}

/** Who leads by this lease; undefined where it is free, held by the repair, or not there. */
export function leaderOf(lease: Json | undefined): string | undefined {
  const holder = holderOf(lease)
  return holder === holderIdentity ? undefined : holder
}

function holderOf(lease: Json | undefined): string | undefined {
  return stringAt(objectAt(lease ?? {}, 'spec'), 'holderIdentity')
}
