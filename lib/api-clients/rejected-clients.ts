import type { Pod } from '../api/pods.ts'
import type { ApiClientSnapshot } from './api-client-snapshot.ts'
import type { RejectedClient } from './rejected-client.ts'
import type { ClientRequest } from './request-log.ts'
import { withSiblings, type SeenClient } from './rejected-siblings.ts'
import { isConnected, isFrom, originsOf, placeOf } from './request-origins.ts'

/** How long after the start of a kubelet, in milliseconds; in drills all were known after 3 s, and half of them after 2 s. */
const hiddenMs = 3000

/** Who asks less often than this is not waited for, in milliseconds. */
const longestPeriodMs = 5000

/** client-go's reflector, which most clients are built on, waits up to 30 s and as much again between two attempts. */
export const longestRetryMs = 62_000

/**
 * The pods that the API rejects: seen failing, and not seen succeeding since. A pod that has been silent since its
 * containers started is not among them, but where its siblings tell. Pure.
 */
export function rejectedClients(snapshot: ApiClientSnapshot): RejectedClient[] {
  const origins = originsOf(snapshot)
  const seen = snapshot.requests.map((request) => ({ request, origin: origins(request) }))
  const clients = snapshot.pods.filter(hasCredentials).map((pod) => {
    const since = (snapshot.startedAtMs.get(pod.uid) ?? 0) + 1000
    const own = seen
      .filter(({ request, origin }) => request.atMs > since && isFrom(pod, request, origin, snapshot))
      .map(({ request }) => request)
    return seenOf(pod, own, snapshot)
  })
  return withSiblings(clients)
}

/** With the API, as far as it was seen. */
interface LastContact {
  readonly startedAtMs: number
  /** Last, since its start; 0 for never. */
  readonly servedAtMs: number
  readonly connected: boolean
}

/** @param own the pod's requests since its containers were started */
function seenOf(pod: Pod, own: readonly ClientRequest[], snapshot: ApiClientSnapshot): SeenClient {
  const startedAtMs = snapshot.startedAtMs.get(pod.uid) ?? 0
  const writtenAtMs = snapshot.volumesAtMs.get(pod.uid) ?? 0
  const seen: LastContact = {
    startedAtMs,
    servedAtMs: Math.max(0, ...own.flatMap(({ outcome, atMs }) => (outcome === 'served' ? [atMs] : []))),
    connected: isConnected(pod, snapshot),
  }
  const rejected = rejectionOf(pod, own, seen, snapshot)
  return {
    pod,
    ...(rejected ? { rejected } : {}),
    isAccepted: seen.connected || seen.servedAtMs > writtenAtMs,
    // The API's times are whole seconds.
    isOlder: startedAtMs + 1000 < writtenAtMs,
    refusedAfterNewCa: own.some(({ outcome, atMs }) => outcome === 'tls' && atMs > writtenAtMs),
  }
}

/** How the API rejects a pod by what itself did; undefined where it does not, or nobody knows. */
function rejectionOf(
  pod: Pod,
  own: readonly ClientRequest[],
  { startedAtMs, servedAtMs, connected }: LastContact,
  snapshot: ApiClientSnapshot,
): RejectedClient | undefined {
  const age = startedAtMs > (snapshot.volumesAtMs.get(pod.uid) ?? 0) ? { isUpToDate: true as const } : {}
  const failed = (outcome: ClientRequest['outcome']) =>
    own.filter((request) => request.outcome === outcome && request.atMs > servedAtMs)
  const [tls, unauthorized] = [failed('tls'), failed('unauthorized')]
  // A port probe and a client that timed out hang up as well: only repeated drops count.
  const dropped = pod.hostNetwork ? [] : failed('dropped')
  const rejected = (requests: readonly ClientRequest[], reason: string): RejectedClient | undefined => {
    const state = judge(requests, pod, snapshot)
    return state === 'past'
      ? undefined
      : { pod, reason, ...age, ...(state === 'undecided' ? { isUndecided: true } : {}) }
  }
  if (unauthorized.length > 0) return rejected(unauthorized, `401, ${timesOf(unauthorized, pod)}`)
  if (connected) return undefined
  if (tls[0]) return rejected(tls, `${tls[0].words}, ${timesOf(tls, pod)}`)
  if (dropped.length > 2) return rejected(dropped, `hung up during the handshake, ${timesOf(dropped, pod)}`)
  if ((snapshot.complaints.get(pod.uid) ?? 0) > Math.max(startedAtMs + 1000, servedAtMs))
    return { pod, reason: 'its own log ends with a rejection', ...age, isByOwnLog: true }
  return servedAtMs === 0 && isHidden(pod, snapshot)
    ? { pod, reason: 'not to be told from its kubelet yet', isUndecided: true }
    : undefined
}

/** At most so often: others with the address of a pod's machine, or behind the same load balancer, are not told apart. */
function timesOf({ length }: readonly unknown[], pod?: Pod): string {
  return length === 1 ? 'once' : `${pod?.hostNetwork ? 'up to ' : ''}${length} times`
}

/**
 * What failures say of now. Those from before kubelet wrote the pod's volumes are past when every client would have failed again since,
 * and do not decide yet where two of the client's usual periods since then are not over.
 */
function judge(
  failures: readonly ClientRequest[],
  { uid }: Pod,
  { volumesAtMs, seenAtMs }: ApiClientSnapshot,
): 'rejected' | 'undecided' | 'past' {
  const [last = 0, before = 0] = failures.map(({ atMs }) => atMs).toSorted((a, b) => b - a)
  const writtenAtMs = volumesAtMs.get(uid) ?? 0
  if (last > writtenAtMs) return 'rejected'
  if (seenAtMs > writtenAtMs + longestRetryMs) return 'past'
  const periodMs = last - before
  return periodMs <= longestPeriodMs && seenAtMs < writtenAtMs + 2 * periodMs + 1000 ? 'undecided' : 'rejected'
}

/**
 * Whether what was seen of a pod with its machine's address was its kubelet's, which was rejected itself until it was started again. The
 * pod fails about once a second then, so that a moment later it is known.
 */
function isHidden({ hostNetwork, node }: Pod, { machines, seenAtMs }: ApiClientSnapshot): boolean {
  const kubeletStartedAtMs = machines.find((machine) => machine.node === node)?.kubeletStartedAtMs ?? 0
  return hostNetwork && seenAtMs < kubeletStartedAtMs + hiddenMs
}

/** It runs, and was given what it may ask the API with. */
const hasCredentials = ({ running, isMirror, tokenFiles, mountsSecret }: Pod) =>
  running && !isMirror && (tokenFiles.length > 0 || mountsSecret)

/** Somebody whom the API rejected, and who is none of the pods that rejectedClients can name. */
export interface UnknownClient {
  /** A pod, a machine, or an address. */
  readonly where: string
  readonly reason: string
}

/**
 * Who else was rejected since a time, in milliseconds since 1970: clients outside of the cluster, programs of machines, pods that have
 * credentials of their own. Pure. Who hangs up without a word is not among them, because health checks do so too.
 */
export function unknownClients(snapshot: ApiClientSnapshot, sinceMs: number): UnknownClient[] {
  const origins = originsOf(snapshot)
  const rejected = snapshot.requests.filter(
    ({ atMs, outcome }) => atMs > sinceMs && (outcome === 'tls' || outcome === 'unauthorized'),
  )
  const unknown = rejected.flatMap((request) => {
    const origin = origins(request)
    const isKnown = snapshot.pods.some(
      (pod) =>
        hasCredentials(pod) &&
        isFrom(pod, request, origin, snapshot) &&
        // One of several with the address of their machine, and served: it was another.
        !(pod.hostNetwork && isConnected(pod, snapshot)),
    )
    return isKnown ? [] : [{ request, where: placeOf(origin, request, snapshot) }]
  })
  return [...Map.groupBy(unknown, ({ where }) => where)].map(([where, seen]) => {
    const [last] = seen.toSorted((one, other) => other.request.atMs - one.request.atMs)
    const words = last?.request.outcome === 'tls' ? last.request.words : '401'
    return { where, reason: `${words}, ${timesOf(seen)}` }
  })
}
