import { bash, runScript } from '../shell/bash.ts'
import { flagOf } from '../engine/flag-of.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { getRaw } from '../api/kube-api.ts'
import { objectAt, wordsAt } from '../engine/json.ts'
import type { Json, NodeState, ClusterState } from '../model.ts'
import { kubeletStart } from '../kubelet/kubelet.ts'
import { podsIn } from '../api/pods.ts'
import {
  connectionScript,
  connectionsIn,
  linesInBoth,
  peerScript,
  peersIn,
  podSocketScript,
  socketScript,
  socketsIn,
  type Connection,
} from './connections.ts'
import { complaintScript, complaintsIn } from './complaints.ts'
import type { ApiClientSnapshot } from './api-client-snapshot.ts'
import { kubernetesService } from './service-reachability.ts'
import { requestLogScript, requestsIn, type ClientRequest } from './request-log.ts'
import { apiPorts, ownAddresses } from './own-addresses.ts'
import { volumeTimesIn, volumeTimesScript } from './volume-times.ts'

/**
 * How long a rejection counts, in milliseconds: a client retries after 30 s at most (client-go's backoff), and that it
 * was served since is only logged while the log level is raised.
 */
const recentMs = 120_000

/** How long a client's own words count, in milliseconds: some log what happens to them once, when it begins. */
const complaintMs = 900_000

/** Between two listings of open connections, in seconds. */
const betweenSeconds = 0.3

interface NodeObservation {
  readonly host: NodeState
  readonly kubeletStartedAtMs: number
  /** How far this machine's clock is ahead of ours. */
  readonly aheadMs: number
  readonly connections: readonly Connection[]
  readonly sockets: string
  readonly podSockets: ReadonlySet<string>
  readonly requests: readonly ClientRequest[]
  readonly peers: ReadonlySet<string>
  readonly complaints: ReadonlyMap<string, number>
  readonly volumesAtMs: ReadonlyMap<string, number>
}

/** Reads, changes nothing: what machines and API servers know about the API's clients now. */
export async function observeApiClients(cluster: ClusterState, signal: AbortSignal): Promise<ApiClientSnapshot> {
  const seenAtMs = Date.now()
  const [seen, [list, service]] = await Promise.all([
    forEachNode(cluster.machines, (host) => observeOn(cluster, host, signal)),
    getRaw(cluster.first, cluster, ['/api/v1/pods', kubernetesService], signal),
  ])
  const ahead = new Map(seen.map(({ host, aheadMs }) => [host.node.name, aheadMs]))
  const pods = podsIn(list)
  const addresses = ownAddresses(cluster.machines)
  const everyone = cluster.learned.clientsUnobserved === true
  const inMachines = new Set(pods.flatMap(({ uid, hostNetwork }) => (hostNetwork ? [uid] : [])))
  return {
    pods,
    machines: seen.map(({ host, kubeletStartedAtMs, aheadMs, connections, sockets, podSockets }) => ({
      node: host.node.name,
      addresses: addresses.get(host) ?? [],
      kubeletStartedAtMs: kubeletStartedAtMs - aheadMs,
      connections,
      sockets: socketsIn(sockets),
      podSockets,
    })),
    requests: seen
      .flatMap(({ requests, aheadMs }) => requests.map((request) => ({ ...request, atMs: request.atMs - aheadMs })))
      .filter(({ atMs }) => atMs > Date.now() - recentMs),
    peers: new Set(seen.flatMap(({ peers }) => [...peers])),
    endpoints: endpointsOf(cluster, service, seen),
    complaints: new Map(
      seen
        .flatMap(({ complaints, aheadMs }) => [...complaints].map(([uid, atMs]) => [uid, atMs - aheadMs] as const))
        .filter(([uid, atMs]) => atMs > Date.now() - complaintMs && (everyone || inMachines.has(uid))),
    ),
    seenAtMs,
    volumesAtMs: new Map(
      seen.flatMap(({ volumesAtMs, aheadMs }) => [...volumesAtMs].map(([uid, atMs]) => [uid, atMs - aheadMs] as const)),
    ),
    startedAtMs: new Map(
      pods.map(({ uid, node, containers }) => [
        uid,
        Math.max(0, ...containers.map(({ startedAt }) => startedAt * 1000)) - (ahead.get(node) ?? 0),
      ]),
    ),
  }
}

async function observeOn(cluster: ClusterState, host: NodeState, signal: AbortSignal): Promise<NodeObservation> {
  const { bindPort } = cluster.config
  const ports = apiPorts(cluster)
  const isControlPlane = cluster.controlPlanes.includes(host)
  const [requests, peers] = isControlPlane
    ? [bash`request_log | emit requests`, (name: string) => bash`peers | emit ${name}`]
    : [bash``, () => bash``]
  const { clientsUnobserved = false, clientsHidden = false } = cluster.learned
  const complaints = clientsUnobserved || clientsHidden ? bash`complaints | emit complaints` : bash``
  const script = bash`
${emitFunction}
${complaintScript(clientsUnobserved)}
${requestLogScript(refusesHealthChecks(host))}
${connectionScript(ports)}
${socketScript(ports)}
${podSocketScript(ports)}
${peerScript(bindPort)}
sockets | emit sockets-before
pod_sockets | emit pod-sockets-before
${peers('peers-before')}
date +%s%3N | emit now
{ ${kubeletStart} || echo 0; } | emit kubelet-started-at
${requests}
${complaints}
${volumeTimesScript(host.facts.kubeletRoot)} | emit volumes
sleep ${betweenSeconds}
connections | emit connections
sockets | emit sockets
pod_sockets | emit pod-sockets
${peers('peers')}
`
  const before = Date.now()
  const { stdout } = await runScript(host.node, 'observe API clients', script, { signal })
  const text = parseFields(stdout)
  return {
    host,
    kubeletStartedAtMs: Number(text('kubelet-started-at')) * 1000,
    aheadMs: clockAhead(Number(text('now')), before, Date.now()),
    connections: connectionsIn(text('connections')),
    sockets: linesInBoth(text('sockets-before'), text('sockets')),
    requests: requestsIn(text('requests')),
    podSockets: peersIn(linesInBoth(text('pod-sockets-before'), text('pod-sockets'))),
    peers: peersIn(linesInBoth(text('peers-before'), text('peers'))),
    complaints: complaintsIn(text('complaints')),
    volumesAtMs: volumeTimesIn(text('volumes')),
  }
}

/** Whether the API server of a machine may take nobody without credentials; it may be so by a file, whose words are not looked at. */
function refusesHealthChecks({ mirrorPodSpecs }: NodeState): boolean {
  const command = mirrorPodSpecs.get('kube-apiserver')?.command
  return flagOf(command, 'anonymous-auth') === 'false' || flagOf(command, 'authentication-config') !== undefined
}

/** The Service `kubernetes`, the API servers, and wherever else machines open connections that API servers answer. */
function endpointsOf(cluster: ClusterState, service: Json | undefined, seen: readonly NodeObservation[]): Set<string> {
  const { bindPort } = cluster.config
  const clusterIps = wordsAt(objectAt(service ?? {}, 'spec'), 'clusterIPs')
  const answered = seen.flatMap(({ connections }) => connections)
  return new Set([
    ...clusterIps.map((address) => `${address} 443`),
    ...cluster.controlPlanes.map(({ address }) => `${address} ${bindPort}`),
    ...answered.map(({ destination, destinationPort }) => `${destination} ${destinationPort}`),
  ])
}

/**
 * How far a clock that was read between two times of ours is ahead at least; 0 where it may be right, because on a busy
 * machine the reading itself takes seconds.
 */
export function clockAhead(now: number, before: number, after: number): number {
  return now > after ? now - after : Math.min(0, now - before)
}
