import type { ProbeSummary, RunRecord } from '../harness/model/run-record.ts'
import type { ControlArm } from '../harness/model/run-view.ts'
import type { Reporter } from './reporter.ts'
import { markdownCell, markdownTable } from './model/markdown-table.ts'
import { controlGapText } from './model/control-gap.ts'
import { downtimeOf } from './model/downtime.ts'
import { formatCount, formatDuration, formatShare } from './model/figures.ts'
import { keyFigures } from './model/key-figures.ts'
import { measurementClaim } from './model/measurement-claim.ts'
import { calibrationText, faultRows, proberText, pulseTitle } from './model/pulse-rows.ts'
import { milestoneRows } from './model/milestone-rows.ts'
import { outcomeText, resultSections } from './model/result-sections.ts'
import { runbookOf, tookText } from './model/runbook.ts'
import { runClaim, workloadProbes } from './model/record.ts'
import { verdictLook } from './model/verdict-look.ts'

/** GitHub drops the whole summary of a step above 1 MiB. */
const limitBytes = 1_000_000
const detailsShown = 20

/** `summary.md`, for the summary of a CI step: at most 1 MB; truncation is stated. */
export const markdownReporter: Reporter = {
  id: 'markdown',
  render: ({ record, control }) => [{ path: 'summary.md', content: within(limitBytes, sectionsOf(record, control)) }],
}

function sectionsOf(record: RunRecord, control?: ControlArm): readonly string[] {
  const { word, glyph } = verdictLook(record.verdict)
  return [
    `# ${glyph} ${word.toUpperCase()}: ${cell(record.scenario.id)}`,
    `**${cell(runClaim(record))}**`,
    `${cell(record.scenario.title)}. ${cell(record.scenario.hypothesis)}`,
    markdownTable(
      ['', '', ''],
      keyFigures(record).map(({ label, value, notes, verdict }) => [
        `${verdict === null ? '' : `${verdictLook(verdict).glyph} `}${cell(label)}`,
        `**${cell(value)}**`,
        notes.map((note) => cell(note)).join('<br>'),
      ]),
    ),
    ...errorSection(record),
    ...findingsSection(record),
    ...resultSection(record),
    ...milestonesSection(record),
    ...runbookSection(record),
    ...probesSection(record, control),
    ...instrumentSection(record),
    runSection(record),
  ]
}

function errorSection({ error, teardownErrors }: RunRecord): readonly string[] {
  const lines = [
    ...(error === null ? [] : [`the run ended early in phase ${error.phase}`, ...error.chain]),
    ...teardownErrors,
  ]
  return lines.length === 0 ? [] : ['## What went wrong', list(lines)]
}

function findingsSection({ findings }: RunRecord): readonly string[] {
  if (findings.length === 0) return ['## Checks', 'No check was judged.']
  const rows = findings.map(({ id, verdict, summary }) => [
    `${verdictLook(verdict).glyph} ${verdict}`,
    cell(id),
    cell(summary),
  ])
  const open = findings.filter(({ verdict }) => verdict !== 'pass')
  return [
    '## Checks',
    markdownTable(['', 'Check', 'Finding'], rows),
    ...open.map(({ id, title, details }) => `**${cell(id)}** (${cell(title)})\n\n${list(details)}`),
  ]
}

function resultSection({ result }: RunRecord): readonly string[] {
  if (!result) return []
  const parts = resultSections(result).map(({ title, lines }) => `**${title}**\n\n${list(lines)}`)
  const why = result.failure ? [cell(result.failure.message)] : []
  return ['## What the repair came to', `**${outcomeText(result)}**`, ...why, ...parts]
}

function milestonesSection(record: RunRecord): readonly string[] {
  if (record.injectedAtMs === null) return []
  const rows = milestoneRows(record).map(({ title, text, afterMs, budget }) => [
    title,
    text,
    afterMs === null ? '' : `+${formatDuration(afterMs)}`,
    budget,
  ])
  return ['## Milestones', markdownTable(['', 'since injection', 'since previous', 'of the budget'], rows)]
}

function runbookSection(record: RunRecord): readonly string[] {
  const rows = runbookOf(record).map(({ title, actions, status, fromMs, tookMs }, index) => [
    String(index + 1),
    `${cell(title)}${actions.length === 0 ? '' : `<br>${actions.map((line) => cell(line)).join('<br>')}`}`,
    fromMs === null ? '' : `+${formatDuration(fromMs)}`,
    tookText({ status, tookMs }),
  ])
  if (rows.length === 0) return []
  return ['## Repair runbook', markdownTable(['', 'Step and planned actions', 'start', 'took'], rows)]
}

function probesSection(record: RunRecord, control: ControlArm | undefined): readonly string[] {
  const header = [
    'Path',
    'planned',
    'ok',
    'failed',
    'unmeasured',
    'measured',
    'down: lower / point / upper',
    'longest gap',
    ...(control ? ['longest gap of the control arm'] : []),
    'no outage longer than',
    'seen for sure from',
    'p99',
  ]
  if (record.probes.length === 0) return ['## Probes', ...measurementClaim([])]
  return [
    '## Probes',
    markdownTable(
      header,
      record.probes.map((probe) => probeRow(probe, control)),
    ),
    ...(control
      ? [`Control arm, in which nothing was destroyed: run ${cell(control.id)}, ${cell(control.startedAt)}.`]
      : []),
    measurementClaim(workloadProbes(record)).join(' '),
  ]
}

function probeRow(probe: ProbeSummary, control: ControlArm | undefined): readonly string[] {
  const { lowerMs, pointMs, upperMs, open } = downtimeOf(probe)
  const down = `${open ? '≥ ' : ''}${[lowerMs, pointMs, upperMs].map((ms) => formatDuration(ms)).join(' / ')}`
  const counts = [probe.planned, probe.ok, probe.failed, probe.unmeasured].map((count) => formatCount(count))
  const gap = probe.longestGapMs === null ? 'unknown' : formatDuration(probe.longestGapMs)
  const p99 = probe.latencyMs === null ? '' : formatDuration(probe.latencyMs.p99)
  return [
    cell(probe.id),
    ...counts,
    formatShare(probe.coverage),
    probe.failed === 0 ? '0' : down,
    gap,
    ...(control ? [controlGapText(control, probe.id)] : []),
    formatDuration(probe.outageBoundMs),
    probe.detectionFloorMs == null ? 'unknown' : formatDuration(Math.ceil(probe.detectionFloorMs)),
    p99,
  ]
}

function instrumentSection(record: RunRecord): readonly string[] {
  const { calibration } = record
  if (!calibration) return []
  const rows = faultRows(calibration).map(({ fault, title, seen, between, unmeasured, wrong, lengths }) => [
    `${fault}: ${title}`,
    ...[seen, between, unmeasured, wrong].map((count) => formatCount(count)),
    lengths,
  ])
  const wrong = calibration.pulses.filter(({ verdict }) => verdict === 'wrong')
  const table = markdownTable(['Fault', 'seen', 'between samples', 'unmeasured', 'wrong', 'lengths seen'], rows)
  return [
    '## Prober',
    `${calibrationText(calibration)} ${proberText(record)}`,
    ...(calibration.pulses.length === 0 ? [] : [table]),
    ...(wrong.length === 0 ? [] : [list(wrong.map((pulse) => `${pulseTitle(pulse)}: ${pulse.reason}`))]),
  ]
}

function runSection({ id, argv, startedAt, durationMs, topology, versions }: RunRecord): string {
  const took = durationMs === null ? '' : `, ${formatDuration(durationMs)}`
  const known = Object.entries(versions).map(([name, version]) => `${cell(name)} ${cell(version)}`)
  return `Run ${cell(id)}: ${cell(argv.join(' '))}; started ${cell(startedAt)}${took}; control planes: ${topology.controlPlanes}, workers: ${topology.workers}; ${known.join(', ')}`
}

const cell = markdownCell

function list(lines: readonly string[]): string {
  const left = lines.length - detailsShown
  const shown = lines.slice(0, detailsShown).map((line) => `- ${cell(line)}`)
  return [...shown, ...(left > 0 ? [`- and ${formatCount(left)} more, see run.json`] : [])].join('\n')
}

/** Whole sections, as many as fit. */
function within(bytes: number, sections: readonly string[]): string {
  const note = 'Truncated: see index.html and run.json for the rest.'
  let text = ''
  for (const section of sections) {
    if (Buffer.byteLength(text) + Buffer.byteLength(section) + note.length + 8 > bytes) return `${text}${note}\n`
    text += `${section}\n\n`
  }
  return text
}
