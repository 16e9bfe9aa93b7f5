import type { Pod } from '../api/pods.ts'

/** A pod that the API rejects. */
export interface RejectedClient {
  readonly pod: Pod
  readonly reason: string
  /** Only the client itself says so. */
  readonly isByOwnLog?: true
  /** Started after its volumes were written: another start would give it nothing else. */
  readonly isUpToDate?: true
  /** It asks often, and has not asked since its volumes were written: it may read them again. */
  readonly isUndecided?: true
}
