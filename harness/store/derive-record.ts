import { z } from 'zod'
import type { JournalEvent } from '../model/journal-event.ts'
import {
  plannedStepSchema,
  type MilestoneName,
  type Milestones,
  type RunRecord,
  type Span,
} from '../model/run-record.ts'

type Derived = Pick<RunRecord, 'injectedAtMs' | 'phases' | 'steps' | 'milestones' | 'inputs' | 'setAside' | 'plan'>

/** The library's names of milestones, and the record's. */
const milestoneOf: Readonly<Record<string, MilestoneName>> = {
  detected: 'detected',
  'recovery-started': 'recoveryStarted',
  'etcd-healthy': 'etcdHealthy',
  'api-ready': 'apiReady',
  'leases-fresh': 'leasesFresh',
  'nodes-ready': 'nodesReady',
  'tokens-reissued': 'tokensReissued',
  recovered: 'recovered',
}

const noMilestones: Milestones = {
  detected: null,
  recoveryStarted: null,
  etcdHealthy: null,
  apiReady: null,
  leasesFresh: null,
  nodesReady: null,
  tokensReissued: null,
  recovered: null,
}

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
  // Each once, also where a repair was begun again.
  const files = (type: string) => {
    const found = events.filter((event) => event.type === type)
    const listed = found.map((event) => ({ node: textOf(event, 'node'), path: textOf(event, 'path') }))
    return [...new Map(listed.map((file) => [`${file.node} ${file.path}`, file])).values()]
  }
  return {
    injectedAtMs,
    plan: planIn(events),
    phases: spansOf(events, 'phase'),
    steps: spansOf(events, 'step'),
    milestones: milestonesOf(events, injectedAtMs),
    inputs: files('input.used'),
    setAside: files('file.backed-up'),
  }
}

function planIn(events: readonly JournalEvent[]): RunRecord['plan'] {
  const steps = events.findLast(({ type }) => type === 'recovery.planned')?.['steps']
  return z.array(plannedStepSchema).safeParse(steps).data ?? []
}

/**
 * Milestones count from the injection; a run without a fault has none. The first time counts; of a repair that was killed
 * and begun again only what came after.
 */
function milestonesOf(events: readonly JournalEvent[], injectedAtMs: number | null): Milestones {
  let reached = { ...noMilestones }
  if (injectedAtMs === null) return reached
  for (const event of events) {
    if (event.type === 'recovery.killed') reached = { ...noMilestones, detected: reached.detected }
    if (event.type !== 'milestone.reached') continue
    const name = milestoneOf[textOf(event, 'milestone')]
    if (name !== undefined) reached[name] ??= event.atMs - injectedAtMs
  }
  return reached
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

function textOf(event: JournalEvent, key: string): string {
  const value = event[key]
  return typeof value === 'string' ? value : ''
}
