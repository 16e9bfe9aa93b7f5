import type { Verdict } from '../../harness/model/run-record.ts'

export interface VerdictLook {
  readonly word: string
  /** Tells the verdict without colour. */
  readonly glyph: string
}

/** How a verdict reads. A run that was never judged is unknown. */
export function verdictLook(verdict: Verdict | null): VerdictLook {
  return looks[verdict ?? 'unknown']
}

const looks: Readonly<Record<Verdict, VerdictLook>> = {
  pass: { word: 'Pass', glyph: '✓' },
  unknown: { word: 'Unknown', glyph: '?' },
  fail: { word: 'Fail', glyph: '✗' },
}
