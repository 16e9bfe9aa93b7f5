import { styleText } from 'node:util'
import type { RunRecord, Verdict } from '../model/run-record.ts'

const looks = { pass: ['green', '✓'], unknown: ['yellow', '?'], fail: ['red', '✗'] } as const

/** Glyph and word of a verdict, coloured where the stream supports it. */
export function verdictMark(verdict: Verdict, text: string = verdict): string {
  const [colour, glyph] = looks[verdict]
  return styleText(colour, `${glyph} ${text}`)
}

/** The findings and the claim of a run, one line each. */
export function verdictLines(record: RunRecord): readonly string[] {
  return [
    ...record.findings.map((finding) => `${verdictMark(finding.verdict, finding.id.padEnd(26))} ${finding.summary}`),
    '',
    `${styleText('bold', verdictMark(record.verdict ?? 'unknown', (record.verdict ?? 'unknown').toUpperCase()))}  ${record.claim ?? ''}`,
  ]
}
