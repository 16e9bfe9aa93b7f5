import type { Pod } from '../api/pods.ts'
import type { Connection, Socket } from './connections.ts'
import { unreadableAlert, type ClientRequest } from './request-log.ts'

/** A machine's view of the API's clients; all times in milliseconds since 1970 by one clock. */
export interface NodeClientSnapshot {
  readonly node: string
  readonly address: string
  /** When its kubelet, which is a client itself, was started. */
  readonly kubeletStartedAtMs: number
  readonly connections: readonly Connection[]
  readonly sockets: readonly Socket[]
  /** From where the pods on it have open connections, as `address port` of their own. */
  readonly podSockets: ReadonlySet<string>
}

/** One observation of the whole cluster. */
export interface ApiClientSnapshot {
  readonly pods: readonly Pod[]
  readonly machines: readonly NodeClientSnapshot[]
  readonly requests: readonly ClientRequest[]
  /** From where the API servers have open connections, as `address port`. */
  readonly peers: ReadonlySet<string>
  /** Where pods find the API, as `address port`: the Service, a balancer, the API servers. */
  readonly endpoints: ReadonlySet<string>
  /** When a pod's youngest container was started, by its uid. */
  readonly startedAtMs: ReadonlyMap<string, number>
  /** When kubelet last wrote one of a pod's volumes of tokens, Secrets or ConfigMaps, by its uid. */
  readonly volumesAtMs: ReadonlyMap<string, number>
  /** No request after this time is sure to be among the requests. */
  readonly seenAtMs: number
  /** When a pod's log ended with the words of a rejected client, by its uid; none where the API servers tell. */
  readonly complaints: ReadonlyMap<string, number>
}

export interface RejectedClient {
  readonly pod: Pod
  readonly reason: string
  /** Only the client itself says so. */
  readonly isByOwnLog?: true
  /** Started after its volumes were written: another start would give it nothing else. */
  readonly isUpToDate?: true
  /** It asks often, and has not asked since its volumes were written: it may read them again. */
  readonly isUndecided?: true
}

/** How long after the start of a kubelet, in milliseconds; in drills all were known after 3 s, and half of them after 2 s. */
const hiddenMs = 3000

/** Who asks less often than this is not waited for, in milliseconds. */
const longestPeriodMs = 5000

/** client-go's reflector, which most clients are built on, waits up to 30 s and as much again between two attempts. */
export const longestRetryMs = 62_000

/**
 * The pods that the API rejects: seen failing, and not seen succeeding since. A pod that has been silent since its
 * containers started is not among them. Pure.
 */
export function rejectedClients(snapshot: ApiClientSnapshot): RejectedClient[] {
  const candidates = snapshot.pods.filter(hasCredentials)
  const origins = originsOf(snapshot)
  const seen = snapshot.requests.map((request) => ({ request, origin: origins(request) }))
  return candidates.flatMap((pod) => {
    const since = (snapshot.startedAtMs.get(pod.uid) ?? 0) + 1000
    const age = ageOf(pod, snapshot)
    const own = seen.filter(({ request, origin }) => request.atMs > since && isFrom(pod, request, origin, snapshot))
    const served = latest(own, ['served'])
    const failed = (outcome: ClientRequest['outcome']) =>
      own.filter(({ request }) => request.outcome === outcome && request.atMs > served).map(({ request }) => request)
    const [tls, unauthorized] = [failed('tls'), failed('unauthorized')]
    // A port probe and a client that timed out hang up as well: only repeated drops count.
    const dropped = pod.hostNetwork ? [] : failed('dropped')
    const connected = isConnected(pod, snapshot)
    const rejected = (requests: readonly ClientRequest[], reason: string): RejectedClient[] => {
      const state = judge(requests, pod, snapshot)
      return state === 'past' ? [] : [{ pod, reason, ...age, ...(state === 'undecided' ? { isUndecided: true } : {}) }]
    }
    if (unauthorized.length > 0) return rejected(unauthorized, `401, ${unauthorized.length} times`)
    if (connected) return []
    if (tls[0]) return rejected(tls, `${tls[0].words}, ${tls.length} times`)
    if (dropped.length > 2) return rejected(dropped, `hung up during the handshake, ${dropped.length} times`)
    const complainedAt = snapshot.complaints.get(pod.uid) ?? 0
    if (complainedAt <= Math.max(since, served))
      return served === 0 && isHidden(pod, snapshot)
        ? [{ pod, reason: 'not to be told from its kubelet yet', isUndecided: true as const }]
        : []
    return [{ pod, reason: 'its own log ends with a rejection', ...age, isByOwnLog: true as const }]
  })
}

const ageOf = ({ uid }: Pod, { startedAtMs, volumesAtMs }: ApiClientSnapshot): Pick<RejectedClient, 'isUpToDate'> =>
  (startedAtMs.get(uid) ?? 0) > (volumesAtMs.get(uid) ?? 0) ? { isUpToDate: true } : {}

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
    return { where, reason: `${words}, ${seen.length} times` }
  })
}

function placeOf(origin: Origin, { address }: ClientRequest, { pods, machines }: ApiClientSnapshot): string {
  if (origin.kind === 'machine') return `a program or a pod with the address of ${origin.machine.node}`
  if (origin.kind === 'lost') {
    const node = machines.find((machine) => machine.address === address)?.node ?? address
    return `a pod or a program on ${node}`
  }
  const pod = origin.kind === 'pod' ? pods.find(({ uid }) => uid === origin.uid) : undefined
  return pod ? `pod ${pod.namespace}/${pod.name}` : `somebody at ${address}`
}

type Origin =
  | { readonly kind: 'pod'; readonly uid: string }
  | { readonly kind: 'machine'; readonly machine: NodeClientSnapshot }
  /** Neither pod nor machine: a load balancer, or a client outside the cluster. */
  | { readonly kind: 'elsewhere' }
  /** A machine's address whose connection is no longer tracked: a pod's or a program's of the machine. */
  | { readonly kind: 'lost' }

/** Who is behind the address that an API server saw: pods are often behind that of their machine. */
function originsOf({ pods, machines }: ApiClientSnapshot): (request: ClientRequest) => Origin {
  const podAt = new Map(
    pods.flatMap(({ uid, addresses, hostNetwork }) =>
      hostNetwork ? [] : addresses.map((address) => [address, uid] as const),
    ),
  )
  const machineAt = new Map(machines.map((machine) => [machine.address, machine]))
  const behind = new Map<string, string>()
  const tracked = new Set<string>()
  for (const { connections } of machines) {
    for (const { source, address, port } of connections) {
      const uid = podAt.get(source)
      if (uid !== undefined) behind.set(`${address} ${port}`, uid)
      tracked.add(`${address} ${port}`)
    }
  }
  return ({ address, port }) => {
    const uid = podAt.get(address) ?? behind.get(`${address} ${port}`)
    if (uid !== undefined) return { kind: 'pod', uid }
    const machine = machineAt.get(address)
    if (!machine) return { kind: 'elsewhere' }
    return tracked.has(`${address} ${port}`) ? { kind: 'machine', machine } : { kind: 'lost' }
  }
}

/** Whether a request is this pod's, or, in its machine's network, may be: by its name if it gives one. */
function isFrom(pod: Pod, request: ClientRequest, origin: Origin, { machines }: ApiClientSnapshot): boolean {
  if (origin.kind === 'pod') return origin.uid === pod.uid
  if (!pod.hostNetwork || isAnybodys(request, origin)) return false
  const machine = machines.find(({ node }) => node === pod.node)
  if (!machine || (origin.kind === 'machine' && origin.machine.node !== pod.node)) return false
  if (request.outcome === 'served' || request.outcome === 'unauthorized') {
    // Through a load balancer the same name comes from every machine: it identifies none of them.
    return origin.kind === 'machine' && callsItself(pod, request.words)
  }
  // The kubelet itself was rejected until it was restarted.
  if (request.atMs < machine.kubeletStartedAtMs + 1000) return false
  return (
    origin.kind === 'machine' ||
    machine.connections.some(({ source, destination }) => source === machine.address && destination === request.address)
  )
}

/** Programs of the machine, such as health checks with curl, refuse in the same words. */
const isAnybodys = ({ words }: ClientRequest, { kind }: Origin) => kind === 'lost' || words === unreadableAlert

function callsItself(pod: Pod, agent: string): boolean {
  const program = /^[^/\s]*/.exec(agent)?.[0] ?? ''
  return program !== '' && (pod.name.startsWith(program) || pod.containers.some(({ name }) => name === program))
}

/** An open connection to an API server that both ends know: the client accepted the new certificate. */
function isConnected(pod: Pod, { machines, peers, endpoints }: ApiClientSnapshot): boolean {
  const machine = machines.find(({ node }) => node === pod.node)
  if (!machine) return false
  if (!pod.hostNetwork) {
    const own = machine.connections.filter(
      ({ source, sourcePort }) => pod.addresses.includes(source) && machine.podSockets.has(`${source} ${sourcePort}`),
    )
    return own.some(({ address, port }) => peers.has(`${address} ${port}`))
  }
  const containers = new Set(pod.containers.map(({ id }) => id))
  return machine.sockets.some(
    ({ container, address, port }) => containers.has(container) && endpoints.has(`${address} ${port}`),
  )
}

function latest(
  seen: readonly { readonly request: ClientRequest }[],
  outcomes: readonly ClientRequest['outcome'][],
): number {
  return Math.max(0, ...seen.flatMap(({ request }) => (outcomes.includes(request.outcome) ? [request.atMs] : [])))
}
