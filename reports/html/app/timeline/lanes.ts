import type { ProbeSummary, RunRecord, Span } from '../../../../harness/model/run-record.ts'
import { formatCount, formatCounted, formatDuration } from '../../../model/figures.ts'
import { milestoneRows } from '../../../model/milestone-rows.ts'
import { isNullPath } from '../../../../harness/model/probe-path.ts'
import { shortStepName } from '../../../model/step-name.ts'

/** A bar or mark on the time axis; it can be focused, read aloud and zoomed to. */
export interface LaneItem {
  readonly key: string
  readonly fromMs: number
  readonly toMs: number
  readonly look:
    Span['status'] | 'milestone' | 'outage' | 'gap' | 'seen' | 'busy' | 'watched' | 'stall' | 'pressed' | MarkLook
  /** Shown in or beside the bar where there is room. */
  readonly text: string
  /** The full description in one line. */
  readonly story: string
  /** Of an outage or a gap: the path. */
  readonly path?: string
}

/** What is drawn at a single moment, each in a shape of its own. */
export type MarkLook = 'answered' | 'unanswered' | 'lease' | 'token'

export interface Lane {
  readonly id: string
  readonly title: string
  readonly note: string
  readonly items: readonly LaneItem[]
  /** Number of recorded outages that the lane does not show. */
  readonly left: number
  /** Drawn behind the bars, for the eye: shares of 0 to 1. */
  readonly curve?: readonly CurvePart[]
}

export interface CurvePart {
  readonly fromMs: number
  readonly toMs: number
  readonly share: number
}

export interface Lanes {
  readonly phases: Lane
  readonly milestones: Lane
  readonly steps: readonly Lane[]
  readonly probes: readonly (Lane & { readonly failed: boolean })[]
}

const outagesShown = 200

/** The rows of the timeline; times are milliseconds since the injection. */
export function lanesOf(record: RunRecord): Lanes {
  const zeroMs = record.injectedAtMs ?? 0
  const endMs = runEndMs(record) - zeroMs
  const phases = record.phases.map((phase, index) => ({
    ...spanItem('Phase', phase, zeroMs, endMs),
    key: `phase-${index}`,
    text: phase.title,
  }))
  const steps = record.steps.map((step, index) => ({
    ...spanItem('Step', step, zeroMs, endMs),
    key: `step-${index}`,
    id: step.id,
  }))
  const taken = steps
    .filter(({ look }) => look !== 'skipped')
    .map((item) => ({ id: item.key, title: shortStepName(item.id), note: item.text, items: [item], left: 0 }))
  const skipped = steps.filter(({ look }) => look === 'skipped').map((item) => ({ ...item, text: '' }))
  const notNeeded = { id: 'not-needed', title: `${skipped.length} not needed`, note: '', items: skipped, left: 0 }
  return {
    phases: { id: 'phases', title: 'Phases', note: '', items: phases, left: 0 },
    milestones: { id: 'milestones', title: 'Milestones', note: '', items: milestoneItems(record), left: 0 },
    steps: skipped.length === 0 ? taken : [...taken, notNeeded],
    probes: record.probes.map((probe) => probeLane(probe, zeroMs, endMs)),
  }
}

/** The latest time in the record, milliseconds since the start of the run. */
export function runEndMs({ durationMs, phases, steps, probes }: RunRecord): number {
  const ends = [...phases, ...steps].map(({ fromMs, toMs }) => toMs ?? fromMs)
  const outages = probes.flatMap((probe) => probe.outages.map(({ fromMs, pointMs }) => fromMs + pointMs))
  return Math.max(durationMs ?? 0, ...ends, ...outages, 1000)
}

const words: Readonly<Record<Span['status'], string>> = {
  running: 'unfinished',
  done: 'done',
  failed: 'failed',
  skipped: 'not needed',
}

function spanItem(
  noun: string,
  { title, fromMs, toMs, status }: Span,
  zeroMs: number,
  endMs: number,
): Omit<LaneItem, 'key'> {
  const [from, to] = [fromMs - zeroMs, toMs === null ? endMs : toMs - zeroMs]
  const took = formatDuration(to - from)
  const text = status === 'skipped' ? words.skipped : status === 'done' ? took : `${words[status]}, ${took}`
  const story =
    status === 'skipped'
      ? `${noun}: ${title}: not needed, at ${formatDuration(from)}`
      : `${noun}: ${title}: ${words[status]}, ${took}, from ${formatDuration(from)} to ${formatDuration(to)}`
  return { fromMs: from, toMs: to, look: status, text, story }
}

function milestoneItems(record: RunRecord): readonly LaneItem[] {
  return milestoneRows(record).flatMap(({ id, title, atMs }) =>
    atMs === null
      ? []
      : [
          {
            key: id,
            fromMs: atMs,
            toMs: atMs,
            look: 'milestone' as const,
            text: title,
            story: `Milestone: ${title}, ${formatDuration(atMs)} after injection`,
          },
        ],
  )
}

function probeLane(probe: ProbeSummary, zeroMs: number, endMs: number): Lanes['probes'][number] {
  const { id, title, failed, unmeasured, outages } = probe
  const items = outages.slice(0, outagesShown).map((outage, index): LaneItem => {
    const from = outage.fromMs - zeroMs
    const to = outage.open ? endMs : from + outage.pointMs
    const sizes = `${formatDuration(outage.lowerMs)} to ${formatDuration(outage.upperMs)}`
    const length = outage.open
      ? `at least ${formatDuration(outage.lowerMs)}, still open when probing ended`
      : `down ${formatDuration(outage.pointMs)} (${sizes})`
    const story = `${title}: ${length}, from ${formatDuration(from)}; ${formatCounted(outage.samples, 'sample')}, ${outage.errors.join(', ')}`
    return {
      key: `${id}-${index}`,
      fromMs: from,
      toMs: Math.min(to, endMs),
      look: 'outage',
      text: '✗',
      story,
      path: id,
    }
  })
  const missed = unmeasured > 0 ? [`${formatCount(unmeasured)} unmeasured`] : []
  const notes =
    failed > 0 ? [`✗ ${formatCount(failed)} failed`, ...missed] : missed.length > 0 ? missed : ['no failure']
  return {
    id,
    title: isNullPath({ id }) ? `${title} (instrument)` : title,
    note: notes.join(', '),
    items: [...items, ...gapItem(probe, zeroMs)],
    left: outages.length - items.length,
    failed: failed > 0,
  }
}

/** The longest time between two good answers, where no outage shows it already. */
function gapItem({ id, title, longestGapMs, longestGapAtMs, outages }: ProbeSummary, zeroMs: number): LaneItem[] {
  if (longestGapMs === null || longestGapAtMs === null) return []
  const toMs = longestGapAtMs + longestGapMs
  if (outages.some(({ fromMs }) => fromMs >= longestGapAtMs && fromMs <= toMs)) return []
  const [from, to] = [longestGapAtMs - zeroMs, toMs - zeroMs]
  const story = `${title}: longest gap between two good answers, ${formatDuration(longestGapMs)}, from ${formatDuration(from)}; no sample failed in it`
  return [{ key: `${id}-gap`, fromMs: from, toMs: to, look: 'gap', text: '', story, path: id }]
}
