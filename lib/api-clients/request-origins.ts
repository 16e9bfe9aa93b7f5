import type { Pod } from '../api/pods.ts'
import type { ApiClientSnapshot, NodeClientSnapshot } from './api-client-snapshot.ts'
import { unreadableAlert, type ClientRequest } from './request-log.ts'

type Origin =
  | { readonly kind: 'pod'; readonly uid: string }
  | { readonly kind: 'machine'; readonly machine: NodeClientSnapshot }
  /** Neither pod nor machine: a load balancer, or a client outside the cluster. */
  | { readonly kind: 'elsewhere' }
  /** A machine's address whose connection is no longer tracked: a pod's or a program's of the machine. */
  | { readonly kind: 'lost' }

/** Who is behind the address that an API server saw: pods are often behind that of their machine. */
export function originsOf({ pods, machines }: ApiClientSnapshot): (request: ClientRequest) => Origin {
  const podAt = new Map(
    pods.flatMap(({ uid, addresses, hostNetwork }) =>
      hostNetwork ? [] : addresses.map((address) => [address, uid] as const),
    ),
  )
  const machineAt = new Map(machines.flatMap((machine) => machine.addresses.map((address) => [address, machine])))
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
export function isFrom(pod: Pod, request: ClientRequest, origin: Origin, { machines }: ApiClientSnapshot): boolean {
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
    machine.connections.some(
      ({ source, destination }) => machine.addresses.includes(source) && destination === request.address,
    )
  )
}

/** Programs of the machine, such as health checks with curl, refuse in the same words. */
const isAnybodys = ({ words }: ClientRequest, { kind }: Origin) => kind === 'lost' || words === unreadableAlert

function callsItself(pod: Pod, agent: string): boolean {
  const program = /^[^/\s]*/.exec(agent)?.[0] ?? ''
  return program !== '' && (pod.name.startsWith(program) || pod.containers.some(({ name }) => name === program))
}

/** An open connection to an API server that both ends know: the client accepted the new certificate. */
export function isConnected(pod: Pod, { machines, peers, endpoints }: ApiClientSnapshot): boolean {
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

/** In words, for somebody who is none of the pods with credentials. */
export function placeOf(origin: Origin, { address }: ClientRequest, { pods, machines }: ApiClientSnapshot): string {
  if (origin.kind === 'machine') return `a program or a pod with the address of ${origin.machine.node}`
  if (origin.kind === 'lost') {
    const node = machines.find(({ addresses }) => addresses.includes(address))?.node ?? address
    return `a pod or a program on ${node}`
  }
  const pod = origin.kind === 'pod' ? pods.find(({ uid }) => uid === origin.uid) : undefined
  return pod ? `pod ${pod.namespace}/${pod.name}` : `somebody at ${address}`
}
