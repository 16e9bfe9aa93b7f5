import type { Node } from '../../lib/node.ts'

export interface Topology {
  readonly controlPlanes: number
  readonly workers: number
}

/** Whether something can be done on a topology, and if not, why. */
export type Supported = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** A node of a drill cluster: a container whose name is also the Node object's. */
export interface Machine extends Node {
  /** Its IPv4 address in the cluster's container network; reachable from this host. */
  readonly address: string
}

/** Where files can be put and commands run: a machine, or the balancer. */
export type Host = Pick<Machine, 'name' | 'exec' | 'writeFile'>

export interface Cluster {
  /** `drill-<id>` */
  readonly name: string
  readonly machines: readonly Machine[]
  readonly controlPlanes: readonly Machine[]
  readonly workers: readonly Machine[]
  /** The container in front of several control planes; no Node. With one there is none. */
  readonly balancer?: Host
  /** Where `kind` wrote the kubeconfig: inside the run directory. */
  readonly kubeconfigPath: string
}
