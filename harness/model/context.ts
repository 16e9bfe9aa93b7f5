import type { KubeConfig } from '@kubernetes/client-node'
import type { Cluster, Topology } from './cluster.ts'
import type { Journal } from './journal.ts'
import type { OwnWorkload } from './own-workload.ts'

/** Small JSON documents that collectors leave for the judges: evidence/<name>.json. */
export interface EvidenceStore {
  write(name: string, value: unknown): Promise<void>
  /**
   * Stores what `collect` gives, once: several checks rest on the same snapshot, and each asks for it. A failed collection
   * rejects for every one of them.
   */
  once(name: string, collect: () => Promise<unknown>): Promise<void>
  read(name: string): Promise<unknown>
}

/** A measurement that one collector begins and a later one ends. */
export interface Background {
  /** Ends it and gives what was measured. */
  stop(): Promise<unknown>
}

/** A cluster in a run: what losses, collectors and observers get. */
export interface DrillContext {
  readonly runDir: string
  readonly topology: Topology
  readonly cluster: Cluster
  readonly journal: Journal
  readonly evidence: EvidenceStore
  readonly signal: AbortSignal
  /** What a team runs beside drill's own workload (`--workload`); undefined where it gave nothing. */
  readonly ownWorkload?: OwnWorkload
  /**
   * The API as an administrator sees it now, through the first control plane's own address and its
   * /etc/kubernetes/super-admin.conf (admin.conf where that is missing). Read at each call, because the repair replaces it.
   */
  api(): Promise<KubeConfig>
  /** Off the record: kept in memory only, never written. Old credentials for the negative checks, by name. */
  readonly secrets: Map<string, string>
  /** What runs between two collectors, by name. It ends with `signal` too. */
  readonly background: Map<string, Background>
}
