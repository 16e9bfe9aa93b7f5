/** What a recovery came to, as plain data: for the caller, the record and the report. */

/**
 * `nothing-to-do`: nothing is lost or damaged, and nothing was changed. `degraded`: the cluster is whole but for what `left` names.
 * `refused`: nothing was changed. `failed`: it ended early.
 */
export type RecoveryOutcome = 'recovered' | 'nothing-to-do' | 'degraded' | 'refused' | 'failed'

/** What the repair replaced, and others may still trust or have. */
export const lostTrusts = ['cluster-ca', 'etcd-ca', 'front-proxy-ca', 'sa-key'] as const

export type LostTrust = (typeof lostTrusts)[number]

/** Something that is not as it was before the loss, and that the repair could not or would not mend. */
export interface LeftOver {
  readonly kind: 'machine' | 'pod' | 'client' | 'object' | 'ca'
  /** Of a pod or client namespace/name; of another object its kind before that; of a CA the file of its certificate. */
  readonly name: string
  /** Where it is; absent for what is the whole cluster's. */
  readonly node?: string
  readonly reason: string
}

/** Something that could not be looked at. */
export interface Unseen {
  readonly what: string
  readonly reason: string
}

/** Why a recovery did not come to its end. */
export interface Failure {
  readonly message: string
  /** The id of the step in which it ended. */
  readonly step?: string
  /** Of a PreconditionError. */
  readonly reason?: string
}

export interface RecoveryResult {
  readonly outcome: RecoveryOutcome
  /** Of `refused` and `failed`. */
  readonly failure?: Failure
  /** Of `degraded` all of it; of `failed` what was known by then. */
  readonly left: readonly LeftOver[]
  /**
   * Clients that the API rejects since the repair. `unaffected`: nothing was replaced by which clients trust the API, or it them;
   * `none` only where every client could be seen; `some`: `left` names the pods, and `others` who is none of those.
   */
  readonly rejectedClients: {
    readonly state: 'unaffected' | 'none' | 'some' | 'unknown'
    readonly others: readonly { readonly where: string; readonly reason: string }[]
    readonly unseen: readonly Unseen[]
  }
  /** What the repair holds still, because it could not be given back. */
  readonly held: readonly { readonly what: string; readonly until: string; readonly reason: string }[]
  /** What the repair held and gave back when it ended early. */
  readonly givenBack: readonly string[]
  /**
   * What still trusts a lost CA, or has a token of a lost key. `unaffected`: none was replaced; `unknown`: nobody has looked.
   */
  readonly lostTrust: {
    readonly state: 'unaffected' | 'looked' | 'unknown'
    readonly found: readonly { readonly where: string; readonly node?: string; readonly lost: LostTrust }[]
    readonly unseen: readonly Unseen[]
  }
  /** What was not there when the repair began, and lets somebody in. */
  readonly opened: readonly { readonly what: string; readonly node?: string; readonly reason: string }[]
  /** Each backup directory, with the files that were replaced. */
  readonly backups: readonly { readonly node: string; readonly directory: string; readonly files: readonly string[] }[]
  /** What is to be done next, an order a line. */
  readonly next: readonly string[]
}
