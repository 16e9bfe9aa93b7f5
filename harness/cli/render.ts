import { styleText } from 'node:util'
import type { PlannedStep } from '../../lib/engine/step.ts'
import { actionLines } from '../../reports/model/action-lines.ts'
import type { Expectation, RunRecord, Verdict } from '../model/run-record.ts'

const styles = { pass: ['green', '✓'], unknown: ['yellow', '?'], fail: ['red', '✗'] } as const

/** Glyph and word of a verdict, coloured where the stream supports it. */
export function verdictMark(verdict: Verdict, text: string = verdict): string {
  const [colour, glyph] = styles[verdict]
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

/** A plan as text: each step, followed by its actions with machine and reason; one line where there is nothing to do. */
export function planLines(steps: readonly PlannedStep[]): readonly string[] {
  if (steps.every(({ actions }) => actions.length === 0)) return ['Nothing to do: nothing is lost or damaged']
  return steps.flatMap(({ title, actions }) => [title, ...actionLines([...actions]).map((line) => `    ${line}`)])
}

/** `pass`, or `the repair refuses (etcd-data-missing) and changes nothing`. */
export function expectationText(expects: Expectation): string {
  return typeof expects === 'string' ? expects : `the repair refuses (${expects.refused}) and changes nothing`
}
