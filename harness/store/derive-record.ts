import { z } from 'zod'
import type { JournalEvent } from '../model/journal.ts'
import { hostIn, pressureIn, proberIn } from './host-events.ts'
import type { Milestone } from '../model/milestone.ts'
import { recoveryResult } from './recovery-result.ts'
import { plannedStepSchema, type RunRecord, type Span } from '../model/run-record.ts'

type Derived = Pick<
  RunRecord,
  | 'injectedAtMs'
  | 'phases'
  | 'steps'
  | 'milestones'
  | 'inputs'
  | 'backups'
  | 'plan'
  | 'result'
  | 'hostSpeed'
  | 'cpuSeconds'
  | 'cpuPressure'
  | 'proberScheduling'
  | 'prober'
  | 'probers'
>

/** Versions that only the cluster could tell. */
export function versionsSeen(events: readonly JournalEvent[]): Record<string, string> {
  const seen = events.filter((event) => event.type === 'versions.seen').flatMap((event) => Object.entries(event))
  return Object.fromEntries(
    seen.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== 'type'),
  )
}

/** The parts of run.json that are functions of the journal. */
export function deriveRecord(events: readonly JournalEvent[]): Derived {
  const injectedAtMs = events.find((event) => event.type === 'fault.injected')?.atMs ?? null
  // Each once, also where a repair was run again.
  const files = (type: string) => {
    const found = events.filter((event) => event.type === type)
    const listed = found.map((event) => ({ node: textOf(event, 'node'), path: textOf(event, 'path') }))
    return [...new Map(listed.map((file) => [`${file.node} ${file.path}`, file])).values()]
  }
  return {
    injectedAtMs,
    plan: planIn(events),
    ...recordedResult(events),
    phases: spansOf(events, 'phase'),
    steps: spansOf(events, 'step'),
    milestones: milestonesOf(events, injectedAtMs),
    inputs: files('input.used'),
    backups: files('file.backed-up'),
    ...hostIn(events),
    ...pressureIn(events),
    ...proberIn(events),
    proberScheduling: textIn(events, 'prober.started', 'scheduling'),
  }
}

function recordedResult(events: readonly JournalEvent[]): Pick<RunRecord, 'result'> {
  const result = recoveryResult(events)
  return result ? { result } : {}
}

function planIn(events: readonly JournalEvent[]): RunRecord['plan'] {
  const steps = events.findLast(({ type }) => type === 'recovery.planned')?.['steps']
  return z.array(plannedStepSchema).safeParse(steps).data ?? []
}

/**
 * Milestones count from the injection; a run without a loss has none. The first time counts; of a repair that was killed
 * and run again only what came after the kill, and what came before any repair.
 */
function milestonesOf(events: readonly JournalEvent[], injectedAtMs: number | null): Milestone[] {
  if (injectedAtMs === null) return []
  let reached = new Map<string, Milestone>()
  let beforeRepair: readonly Milestone[] = []
  for (const event of events) {
    if (event.type === 'recovery.killed') reached = new Map(beforeRepair.map((milestone) => [milestone.id, milestone]))
    if (event.type !== 'milestone.reached') continue
    const id = textOf(event, 'milestone')
    if (id === 'recovery-started' && !reached.has(id)) beforeRepair = [...reached.values()]
    if (!reached.has(id)) reached.set(id, { id, title: textOf(event, 'title') || id, atMs: event.atMs - injectedAtMs })
  }
  return [...reached.values()]
}

function spansOf(events: readonly JournalEvent[], noun: 'phase' | 'step'): Span[] {
  const spans: Span[] = []
  const end = (id: string, change: Pick<Span, 'toMs' | 'status'>): boolean => {
    const index = spans.findLastIndex((span) => span.id === id && span.status === 'running')
    const span = spans[index]
    if (span) spans[index] = { ...span, ...change }
    return span !== undefined
  }
  for (const event of events) {
    const id = textOf(event, noun)
    const title = textOf(event, 'title')
    const { atMs } = event
    if (noun === 'step' && event.type === 'recovery.killed') {
      for (const span of spans.filter(({ status }) => status === 'running'))
        end(span.id, { toMs: atMs, status: 'failed' })
    }
    if (event.type === `${noun}.started`) spans.push({ id, title, fromMs: atMs, toMs: null, status: 'running' })
    else if (event.type === `${noun}.finished`) end(id, { toMs: atMs, status: 'done' })
    else if (event.type === `${noun}.skipped`) spans.push({ id, title, fromMs: atMs, toMs: atMs, status: 'skipped' })
    else if (event.type === `${noun}.failed` && !end(id, { toMs: atMs, status: 'failed' })) {
      spans.push({ id, title, fromMs: atMs, toMs: atMs, status: 'failed' })
    }
  }
  return spans
}

function textIn(events: readonly JournalEvent[], type: string, key: string): string | null {
  const event = events.find((one) => one.type === type)
  return event === undefined ? null : textOf(event, key) || null
}

function textOf(event: JournalEvent, key: string): string {
  const value = event[key]
  return typeof value === 'string' ? value : ''
}
