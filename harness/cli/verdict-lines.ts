import { styleText } from 'node:util'
import type { RunRecord, Verdict } from '../model/run-record.ts'

const looks = { pass: ['green', '✓'], unknown: ['yellow', '?'], fail: ['red', '✗'] } as const

/** The verdict word and glyph, coloured where the stream can show it. */
export function verdictMark(verdict: Verdict, text: string = verdict): string {
  const [colour, glyph] = looks[verdict]
  return styleText(colour, `${glyph} ${text}`)
}

/** A run's findings and its claim, a line each. */
export function verdictLines(record: RunRecord): readonly string[] {
  return [
    ...record.findings.map((finding) => `${verdictMark(finding.verdict, finding.id.padEnd(26))} ${finding.summary}`),
    '',
    `${styleText('bold', verdictMark(record.verdict ?? 'unknown', (record.verdict ?? 'unknown').toUpperCase()))}  ${record.claim ?? ''}`,
  ]
}
