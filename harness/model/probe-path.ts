/**
 * How a path connects: a new connection for each sample, one that is kept, one long stream on which the target sends numbered
 * lines by itself, or a datagram for each sample, which has no connection.
 */
export const connections = ['new', 'reused', 'stream', 'datagram'] as const
export type Connection = (typeof connections)[number]

/**
 * Where a prober stands: in the network namespace of the first worker, in that of a pod there, or beside the machines on their network.
 */
export const vantages = ['worker', 'pod', 'outside'] as const
export type Vantage = (typeof vantages)[number]

/** Between two lines of a stream. What waits for a line waits no longer, when all is well. */
export const lineIntervalMs = 10

/** One way to the workload. */
export interface ProbePath {
  /** Names its files; stable for ever: `pod`, `clusterip-new`. */
  readonly id: string
  readonly title: string
  /**
   * Literal: `http://10.244.1.3:8080/`, with `https:` whatever certificate the server shows, or for a datagram `dns://10.96.0.10:53/echo.drill-workload.svc.cluster.local` (RFC 4501). An
   * address to resolve would need DNS, which is part of what is destroyed.
   */
  readonly target: string
  readonly connection: Connection
  /** Where it is asked from; default `worker`. */
  readonly from?: Vantage
  /** Between two samples; default the prober's. */
  readonly intervalMs?: number
  /** From the planned time to the complete answer; default the prober's. */
  readonly deadlineMs?: number
  /** What the answer must be: of a datagram the address; of a stream the pod, until it was connected to it once. */
  readonly expects?: string
  /** The right answer has this status, and any body. Without it: 200, and a body that tells who answered. */
  readonly status?: number
}

/** A sample is the lookup of a name, which a resolver repeats when it fails; DNS has more than one server. */
export const isLookupPath = ({ target }: { readonly target: string }): boolean => target.startsWith('dns:')

/** The path of a prober to itself: `null` at the first worker, `null-pod`, `null-outside`. */
export const nullPathId = (vantage: Vantage): string => (vantage === 'worker' ? 'null' : `null-${vantage}`)
const nullPathIds = new Set(vantages.map(nullPathId))

/** A prober's path to itself, within its own process. */
export const isPathToItself = ({ id }: { readonly id: string }): boolean => nullPathIds.has(id)

/** A prober's path to itself or to its sibling (`null`, `null-…`): it measures the instrument and this host, not the workload. */
export const isNullPath = ({ id }: { readonly id: string }): boolean => id === 'null' || id.startsWith('null-')

/** A path to an API server, or to the API through the balancer (`api-1`, `api-balancer`): only scenarios in which the API must stay up are judged by it. */
export const isApiPath = ({ id }: { readonly id: string }): boolean => id.startsWith('api-')

/** What users of the cluster notice. */
export const isWorkloadPath = (path: { readonly id: string }): boolean => !isNullPath(path) && !isApiPath(path)
