/** Did the loss really happen? Only `confirmed` lets a repair start. */
export interface Proof {
  /** `mismatch`: something that should be gone was seen; `inconclusive`: something did not answer. */
  readonly result: 'confirmed' | 'mismatch' | 'inconclusive'
  readonly summary: string
  readonly details: readonly string[]
}
