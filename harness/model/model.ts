import type { KubeConfig } from '@kubernetes/client-node'
import type { Node } from '../../lib/node.ts'
import type { EventData, JournalEvent } from './journal-event.ts'
import type { Finding, Verdict } from './run-record.ts'
import type { RunView } from './run-view.ts'

export interface Topology {
  readonly controlPlanes: number
  readonly workers: number
}

/** A node of a drill cluster: a container whose name is also the Node object's. */
export interface Machine extends Node {
  /** Its IPv4 address in the cluster's container network; reachable from this host. */
  readonly address: string
}

export interface Cluster {
  /** `drill-<id>` */
  readonly name: string
  readonly machines: readonly Machine[]
  readonly controlPlanes: readonly Machine[]
  readonly workers: readonly Machine[]
  /** Where `kind` wrote the kubeconfig: inside the run directory. */
  readonly kubeconfigPath: string
}

/** The append-only log of a run; everything that happens is an event on it. */
export interface Journal {
  append(event: EventData): JournalEvent
  /** process.hrtime.bigint() when the run began: the zero of every time in the record. */
  readonly originNs: bigint
  /** Milliseconds since the run began. */
  nowMs(): number
  readonly events: readonly JournalEvent[]
}

/** Small JSON documents that collectors leave for the judges: evidence/<name>.json. */
export interface EvidenceStore {
  write(name: string, value: unknown): Promise<void>
  read(name: string): Promise<unknown>
}

export interface DrillContext {
  readonly runDir: string
  readonly topology: Topology
  readonly cluster: Cluster
  readonly journal: Journal
  readonly evidence: EvidenceStore
  readonly signal: AbortSignal
  /**
   * The API as an administrator sees it now, through the first control plane's own address and its
   * /etc/kubernetes/super-admin.conf (admin.conf where that is missing). Read anew at each call, because the repair replaces it.
   */
  api(): Promise<KubeConfig>
  /** Off the record: kept in memory only, never written. Old credentials for the negative checks, by name. */
  readonly secrets: Map<string, string>
}

/** Did the fault really happen? Only `confirmed` lets a repair start. */
export interface Proof {
  readonly result: 'confirmed' | 'mismatch' | 'inconclusive'
  readonly summary: string
  readonly details: readonly string[]
}

export type Supported = { readonly ok: true } | { readonly ok: false; readonly reason: string }

export interface Fault {
  readonly id: string
  readonly title: string
  /** What is destroyed where, a line each; for `drill explain`. */
  readonly destroys: readonly string[]
  supports(topology: Topology): Supported
  inject(context: DrillContext): Promise<void>
  /** Waits, bounded, until the fault is felt or it is sure that it is not. Never throws for «not felt». */
  prove(context: DrillContext): Promise<Proof>
}

/** When a check's collector runs: before the fault, right after the repair, or when the eviction window is over. */
export type CollectAt = 'baseline' | 'recovered' | 'settled'

/** One claim about the run. Collecting touches the cluster; judging is pure and can be done again years later. */
export interface Check {
  /** The JUnit case; never changes and contains no number. */
  readonly id: string
  /** The claim, as a sentence. */
  readonly title: string
  /** Stores evidence under names of its own choice. A collector that throws leaves the check unknown, or fail where its absence proves failure. */
  readonly collect?: Partial<Record<CollectAt, (context: DrillContext) => Promise<void>>>
  judge(run: RunView): Finding
}

export interface Budgets {
  readonly longestGapMs: number
  readonly failedProbes: number
  /** Least share of planned samples that must have been measured. */
  readonly coverage: number
  /** From `recoveryStarted` to `recovered`, with one control plane. */
  readonly recoveredMs: number
  /** From `recoveryStarted` until every Node is Ready and every mounted token is re-issued. */
  readonly nodesAndTokensMs: number
  /** What each further control plane may add to `recoveredMs`: they share the cores of one host. */
  readonly furtherControlPlaneMs: number
}

/** One disaster, as data. */
export interface Scenario {
  /** Names the loss: `lost-pki`. */
  readonly id: string
  readonly title: string
  /** One sentence: what the drill claims will happen. */
  readonly hypothesis: string
  /** Without a fault nothing is destroyed and nothing repaired. */
  readonly fault?: Fault
  /** Id of the recovery, or undefined where nothing is repaired. */
  readonly recovery?: string
  /** Who must notice the fault: ids shown by `drill explain`. */
  readonly feltBy: readonly string[]
  readonly checks: readonly Check[]
  readonly budgets: Budgets
  /** The verdict that this scenario is made to give; `drill explain` says so. */
  readonly expects: Verdict
}
