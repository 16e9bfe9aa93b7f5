import { bash } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { askApi, getRawFunction, items, kubeFunction, nameOf, objectsIn } from '../api/kube-api.ts'
import { objectAt, stringAt } from '../engine/json.ts'
import type { Json, ClusterState } from '../model.ts'
import { waitFor } from '../engine/wait.ts'

/** Where the API has the leases of kube-system: those of the elected components, and others. */
export const leasesPath = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
/** The leases' names, which are the components' (kubeadm does not set --leader-elect-resource-name). */
export const electedComponents = ['kube-controller-manager', 'kube-scheduler'] as const

export type ElectedComponent = (typeof electedComponents)[number]

/** The holder while the repair holds the leases; it tells whoever reads them what the repair waits for. */
const holderIdentity = 'drill-recovery_until-every-node-is-back'

/**
 * Candidates respect the duration in the lease (isLeaseValid in client-go's leaderelection.go). A day: longer than any
 * repair with its interruptions, and an end if no repair ever releases it.
 */
const leaseDurationSeconds = 86_400

/**
 * Takes the leases of controller managers and schedulers from whoever holds them: their candidates, complete with all
 * controllers, only wait until `releaseLeases`. A live leader exits, and waits once it is restarted. Resolves when the
 * leases are held.
 */
export async function holdLeases(cluster: ClusterState, signal: AbortSignal): Promise<void> {
  const hold = async () => {
    const { list, nowMs } = await readLeases(cluster, signal)
    const changes = leasesToHold(list, nowMs)
    if (changes.length > 0) await change(cluster, changes, 'hold the leader-election leases', signal)
    return changes.length === 0
  }
  await waitFor('the leader-election leases are held', hold, { timeoutMs: 60_000, intervalMs: 50, signal })
}

/** The components whose lease the repair holds. */
export async function heldComponents(cluster: ClusterState, signal: AbortSignal): Promise<ElectedComponent[]> {
  const { list } = await readLeases(cluster, signal)
  return electedComponents.filter((name) =>
    items(list).some((lease) => nameOf(lease) === name && holderOf(lease) === holderIdentity),
  )
}

/**
 * Releases the leases of controller managers and schedulers that the repair holds, or whose holders are dead, as a
 * leader does when it stops: the holder's name is emptied. Other leases are touched only when they have expired, and
 * never when a new leader has taken them meanwhile.
 */
export async function releaseLeases(cluster: ClusterState, signal: AbortSignal): Promise<void> {
  const { list, nowMs } = await readLeases(cluster, signal)
  const changes = leasesToRelease(list, nowMs)
  if (changes.length > 0) await change(cluster, changes, 'release the leader-election leases', signal)
}

/** One write to a lease. */
export interface LeaseChange {
  readonly path: string
  readonly verb: 'replace' | 'create'
  readonly lease: string
}

/** The leases of kube-system, and the time by the clock of the machine that was asked. */
async function readLeases(
  cluster: ClusterState,
  signal: AbortSignal,
): Promise<{ list: Json | undefined; nowMs: number }> {
  const script = bash`
${emitFunction}
${getRawFunction(cluster.first, cluster)}
date +%s%3N | emit now
get_raw ${leasesPath} | emit objects
`
  const stdout = await askApi(cluster.first, 'read the leader-election leases', script, signal)
  return { list: objectsIn(stdout)[0], nowMs: Number(parseFields(stdout)('now')) }
}

/** Each write carries the version that was read: the API rejects it if a leader has written meanwhile. */
async function change(
  cluster: ClusterState,
  changes: readonly LeaseChange[],
  title: string,
  signal: AbortSignal,
): Promise<void> {
  const commands = changes.map(
    ({ path, verb, lease }) => bash`kube ${verb} --raw ${path} --filename - <<< ${lease} || true`,
  )
  const script = bash`
${kubeFunction(cluster.first, cluster)}
${{ text: commands.map(({ text }) => text).join('\n') }}
`
  await askApi(cluster.first, title, script, signal)
}

/**
 * Pure: the writes after which the repair holds the leases of all elected components.
 * @param list a LeaseList
 * @param nowMs since 1970
 */
export function leasesToHold(list: Json | undefined, nowMs: number): LeaseChange[] {
  const renewTime = new Date(nowMs).toISOString().replace('Z', '000Z')
  const held = { holderIdentity, leaseDurationSeconds, acquireTime: renewTime, renewTime }
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

/** The leader by this lease; undefined where it is free, held by the repair, or missing. */
export function leaderOf(lease: Json | undefined): string | undefined {
  const holder = holderOf(lease)
  return holder === holderIdentity ? undefined : holder
}

function holderOf(lease: Json | undefined): string | undefined {
  return stringAt(objectAt(lease ?? {}, 'spec'), 'holderIdentity')
}
