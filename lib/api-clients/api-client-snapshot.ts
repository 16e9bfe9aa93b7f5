import type { Pod } from '../api/pods.ts'
import type { Connection, Socket } from './connections.ts'
import type { ClientRequest } from './request-log.ts'

/** A machine's view of the API's clients; all times in milliseconds since 1970 by one clock. */
export interface NodeClientSnapshot {
  readonly node: string
  /** Those that no other machine has: it may have several, of both families and in several networks. */
  readonly addresses: readonly string[]
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
