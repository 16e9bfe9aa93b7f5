/**
 * How a path connects: a new connection for each sample, one that is kept, one long stream on which the target sends numbered
 * lines by itself, or a datagram for each sample, which has no connection.
 */
export const connections = ['new', 'reused', 'stream', 'datagram'] as const
export type Connection = (typeof connections)[number]

/** Between two lines of a stream. What waits for a line waits no longer, when all is well. */
export const lineIntervalMs = 10

/** One way to the workload. */
export interface ProbePath {
  /** Names its files; stable for ever: `pod`, `clusterip-new`. */
  readonly id: string
  readonly title: string
  /**
   * Literal: `http://10.244.1.3:8080/`, or for a datagram `dns://10.96.0.10:53/echo.drill-workload.svc.cluster.local` (RFC 4501). An
   * address to resolve would need DNS, which is part of what is destroyed.
   */
  readonly target: string
  readonly connection: Connection
  /** Between two samples; default the prober's. */
  readonly intervalMs?: number
  /** What the answer must be: of a datagram the address; of a stream the pod, until it was connected to it once. */
  readonly expects?: string
  /** The right answer has this status, and any body. Without it: 200, and a body that tells who answered. */
  readonly status?: number
}

/** A sample is the lookup of a name, which a resolver repeats when it fails; DNS has more than one server. */
export const isLookupPath = ({ target }: { readonly target: string }): boolean => target.startsWith('dns:')

/** A prober's path to itself, within its own process. */
export const isPathToItself = ({ id }: { readonly id: string }): boolean => id === 'null'

/** A prober's path to itself or to its sibling (`null`, `null-…`): it measures the instrument and this host, not the workload. */
export const isNullPath = ({ id }: { readonly id: string }): boolean => id === 'null' || id.startsWith('null-')
