/** How a path connects: a new connection for each sample, or one that is kept. */
export type Connection = 'new' | 'reused'

/** One way to the workload. */
export interface ProbePath {
  /** Names its files; stable for ever: `pod`, `clusterip-new`. */
  readonly id: string
  readonly title: string
  /** Literal: `http://10.244.1.3:8080/`. A name would need DNS, which is part of what is destroyed. */
  readonly target: string
  readonly connection: Connection
  /** The right answer has this status, and any body. Without it: 200, and a body that tells who answered. */
  readonly status?: number
}

/** A prober's path to itself, within its own process. */
export const isPathToItself = ({ id }: { readonly id: string }): boolean => id === 'null'

/** A prober's path to itself or to its sibling (`null`, `null-…`): it measures the instrument and this host, not the workload. */
export const isNullPath = ({ id }: { readonly id: string }): boolean => id === 'null' || id.startsWith('null-')
