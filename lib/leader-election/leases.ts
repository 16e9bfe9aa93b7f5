import { limitMs } from '../engine/time-limits.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { PreconditionError } from '../engine/errors.ts'
import { describeRefusal, refusalIn, remedyFor, type Refusal } from '../api/admission.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { askApi, getRawFunction, items, nameOf, objectsIn, writeRawFunction } from '../api/kube-api.ts'
import type { ClusterState, Json, NodeState } from '../model.ts'
import { waitFor } from '../engine/wait.ts'
import {
  electedComponents,
  holderIdentity,
  holderOf,
  isDead,
  leaderOf,
  leaseDurationSeconds,
  leasesPath,
  leasesToHold,
  leasesToRelease,
  leasesToRenew,
  released,
  type ElectedComponent,
  type LeaseChange,
} from './lease-changes.ts'

const renewEveryMs = 15_000

const held = 'the leases of controller managers and schedulers'

/**
 * Holds the leases of controller managers and schedulers that nobody alive leads by: their candidates, complete with all
 * controllers, only wait until `releaseLeases`. The lease of a live leader is left to it. Resolves when the leases are held; they
 * are renewed until they are given back. Rejects with PreconditionError that names the admission which refuses them, if any does.
 */
export async function holdLeases(
  cluster: ClusterState,
  signal: AbortSignal,
  timeoutMs = limitMs(60_000, cluster.first),
): Promise<void> {
  const { holds } = cluster.learned
  const stop = new AbortController()
  holds.set(held, {
    until: `within ${leaseDurationSeconds} s, by themselves`,
    async release(limit) {
      stop.abort()
      await releaseLeases(cluster, limit)
    },
  })
  let refusal: Refusal | undefined
  const hold = async () => {
    const { list, nowMs } = await readLeases(cluster, signal)
    const led = await componentsLed(cluster, list, nowMs, signal)
    const changes = leasesToHold(list, nowMs, led)
    if (changes.length > 0) refusal = await change(cluster, changes, 'hold the leader-election leases', signal)
    return changes.length === 0 && { none: led.length === electedComponents.length }
  }
  const holding = waitFor(`${held} are held`, hold, { timeoutMs, intervalMs: 50, signal })
  const { none } = await holding.catch(async (error: unknown) => {
    signal.throwIfAborted()
    if (!refusal) throw error
    // What little may be held runs out by itself; it cannot be given back either.
    holds.delete(held)
    const who = await describeRefusal(cluster, refusal, signal)
    throw new PreconditionError(`nobody can write leases: ${who}; ${remedyFor(refusal)}, and start again`, {
      reason: 'write-refused',
    })
  })
  if (none) holds.delete(held)
  else renewUntil(cluster, AbortSignal.any([signal, stop.signal]))
}

/** Renews until the signal says otherwise. A lease that cannot be renewed now can be a little later, or runs out. */
function renewUntil(cluster: ClusterState, signal: AbortSignal): void {
  const renew = async () => {
    const { list, nowMs } = await readLeases(cluster, signal)
    const changes = leasesToRenew(list, nowMs)
    if (changes.length > 0) await change(cluster, changes, 'renew the leader-election leases', signal)
  }
  const timer = setInterval(() => void renew().catch(() => undefined), renewEveryMs)
  timer.unref()
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

/**
 * The components that somebody alive leads or is about to: they run on some control plane, and the repair does not hold their lease;
 * or a leader that is no control plane of the inventory has a valid one. After a loss the leases of the dead stay valid for some
 * seconds.
 */
async function componentsLed(
  { controlPlanes }: ClusterState,
  list: Json | undefined,
  nowMs: number,
  signal: AbortSignal,
): Promise<ElectedComponent[]> {
  const led = await forEachNode(electedComponents, async (component) => {
    const lease = items(list).find((each) => nameOf(each) === component)
    const leader = leaderOf(lease)
    if (!lease || leader === undefined) return []
    const running = await forEachNode(controlPlanes, (host) => runs(host, component, signal))
    // The name of its machine, and something random (cmd/kube-controller-manager/app).
    const isOurs = controlPlanes.some(({ node }) => node.name === leader.split('_')[0])
    return running.some(Boolean) || (!isOurs && !isDead(lease, nowMs)) ? [component] : []
  })
  return led.flat()
}

/** Whether a component's container runs on a machine. */
async function runs({ node }: NodeState, component: ElectedComponent, signal: AbortSignal): Promise<boolean> {
  const script = bash`
${emitFunction}
crictl ps --quiet --state Running --name ${`^${component}$`} | emit running
`
  const { stdout } = await runScript(node, `check whether ${component} runs`, script, { public: true, signal })
  return parseFields(stdout)('running') !== ''
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
  const hold = cluster.learned.holds.get(held)
  if (hold) {
    // Which stops their renewal, and calls this again.
    cluster.learned.holds.delete(held)
    return hold.release(signal)
  }
  const release = async () => {
    const { list, nowMs } = await readLeases(cluster, signal)
    const changes = leasesToRelease(list, nowMs)
    if (changes.length > 0) await change(cluster, changes, 'release the leader-election leases', signal)
    return changes.length === 0
  }
  // A renewal that was under way may write in between, and the API rejects the release then.
  await waitFor(`${held} are released`, release, {
    timeoutMs: limitMs(60_000, cluster.first),
    intervalMs: 50,
    signal,
  })
}

/** Who leads a component, and what gives its lease back unless another has taken it; undefined where nobody leads. */
export async function leaderWith(cluster: ClusterState, component: ElectedComponent, signal: AbortSignal) {
  const read = async () => items((await readLeases(cluster, signal)).list).find((lease) => nameOf(lease) === component)
  const holder = leaderOf(await read())
  const release = async () => {
    const lease = await read()
    if (lease && holderOf(lease) === holder)
      await change(cluster, [released(lease)], `release the lease of ${component}`, signal)
  }
  return holder === undefined ? undefined : { machine: holder.split('_')[0], release }
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
  const stdout = await askApi(cluster.first, 'read the leader-election leases', script, { signal })
  return { list: objectsIn(stdout)[0], nowMs: Number(parseFields(stdout)('now')) }
}

/**
 * Each write carries the version that was read: the API rejects it if a leader has written meanwhile. Gives what else keeps one of them
 * away.
 */
async function change(
  cluster: ClusterState,
  changes: readonly LeaseChange[],
  title: string,
  signal: AbortSignal,
): Promise<Refusal | undefined> {
  const commands = changes.map(({ path, verb, lease }) => bash`write_raw ${verb} ${path} <<< ${lease} || true`)
  const script = bash`
${emitFunction}
${writeRawFunction(cluster.first, cluster)}
{
${{ text: commands.map(({ text }) => text).join('\n') }}
} 2>&1 | emit rejected
`
  return refusalIn(parseFields(await askApi(cluster.first, title, script, { signal }))('rejected'))
}
