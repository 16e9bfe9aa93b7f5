import type { RunView } from '../harness/model/run-view.ts'
import { visibleText } from './model/record.ts'
import { commandsOf, withinSteps, type CommandSpan } from './machine-commands.ts'
import type { Reporter } from './reporter.ts'

/** One event of the Trace Event Format; times are microseconds. */
interface TraceEvent {
  readonly name: string
  readonly ph: 'X' | 'i' | 'M'
  readonly pid: number
  readonly tid?: number
  readonly ts?: number
  readonly dur?: number
  readonly s?: 'g'
  readonly cat?: string
  readonly args?: Readonly<Record<string, unknown>>
}

interface Slice {
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
  readonly args?: Readonly<Record<string, unknown>>
}

/** The tracks of one process of the trace: a track's name, and what was done on it, one thing at a time. */
interface Group {
  readonly name: string
  readonly tracks: readonly (readonly [name: string, slices: readonly Slice[]])[]
}

/** `trace.json`, for Perfetto and chrome://tracing: phases, steps and commands per machine, outages, fault and milestones. */
export const chromeTraceReporter: Reporter = {
  id: 'chrome-trace',
  render: (run) => [{ path: 'trace.json', content: traceJson(run) }],
}

function traceJson(run: RunView): string {
  const { id, scenario, verdict } = run.record
  const events = [...instantsOf(run), ...groupsOf(run).flatMap((group, index) => eventsOf(group, index + 1))]
  const otherData = { run: id, scenario: scenario.id, verdict: verdict ?? 'unknown' }
  return `{"displayTimeUnit":"ms","otherData":${jsonOf(otherData)},"traceEvents":[\n${events.map(jsonOf).join(',\n')}\n]}\n`
}

const jsonOf = (value: object) =>
  JSON.stringify(value, (_, entry: unknown) => (typeof entry === 'string' ? visibleText(entry) : entry))

function groupsOf({ record, events }: RunView): readonly Group[] {
  const endMs = record.durationMs ?? events.at(-1)?.atMs ?? 0
  const spans = (of: typeof record.steps) =>
    of.flatMap(({ title, fromMs, toMs, status, id }): Slice[] =>
      status === 'skipped' ? [] : [{ name: title, fromMs, toMs: toMs ?? endMs, args: { id, status } }],
    )
  const machines = Object.entries(Object.groupBy(commandsOf(events), ({ node }) => node))
  const run: Group = {
    name: 'Run',
    tracks: [
      ['Phases', spans(record.phases)],
      ['Repair', spans(record.steps)],
    ],
  }
  const paths: Group = {
    name: 'Outages',
    tracks: record.probes.map(({ id, outages }) => [
      id,
      outages.map(({ fromMs, upperMs, samples, errors }) => ({
        ...{ name: 'outage', fromMs, toMs: fromMs + upperMs, args: { samples, errors: errors.join(', ') } },
      })),
    ]),
  }
  return [run, ...machines.map(([node, commands = []]) => machineGroup(node, commands, record.steps, endMs)), paths]
}

function machineGroup(
  name: string,
  commands: readonly CommandSpan[],
  steps: RunView['record']['steps'],
  endMs: number,
): Group {
  const slices = commands.map(({ title, fromMs, toMs, exitCode }) => ({
    name: title,
    fromMs,
    toMs,
    args: { exitCode },
  }))
  const lanes = lanesOf(slices).map((lane, index) => [`Commands ${index + 1}`, lane] as const)
  const stepsHere = withinSteps(commands, steps, endMs).map(({ step, fromMs, toMs, count }) => ({
    ...{ name: step.title, fromMs, toMs, args: { id: step.id, commands: count } },
  }))
  return { name, tracks: [['Steps', stepsHere], ...lanes] }
}

/** Slices of one track must not overlap: each goes to the first track that is free. */
function lanesOf(slices: readonly Slice[]): readonly (readonly Slice[])[] {
  const lanes: Slice[][] = []
  for (const slice of slices.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const free = lanes.find((lane) => (lane.at(-1)?.toMs ?? 0) <= slice.fromMs)
    if (free) free.push(slice)
    else lanes.push([slice])
  }
  return lanes
}

/** The zero of the trace is the start of the run. */
const micros = (ms: number) => Math.round(ms * 1000)

function eventsOf({ name, tracks }: Group, pid: number): readonly TraceEvent[] {
  return [
    { name: 'process_name', ph: 'M', pid, args: { name } },
    { name: 'process_sort_index', ph: 'M', pid, args: { sort_index: pid } },
    ...tracks.flatMap(([track, slices], index): TraceEvent[] => {
      const tid = index + 1
      return [
        { name: 'thread_name', ph: 'M', pid, tid, args: { name: track } },
        { name: 'thread_sort_index', ph: 'M', pid, tid, args: { sort_index: tid } },
        ...slices.map(({ name, fromMs, toMs, args = {} }): TraceEvent => ({
          ...{ name, ph: 'X', pid, tid, ts: micros(fromMs), dur: micros(toMs) - micros(fromMs), args },
        })),
      ]
    }),
  ]
}

function instantsOf({ record }: RunView): readonly TraceEvent[] {
  const { injectedAtMs, losses, milestones } = record
  if (injectedAtMs === null) return []
  const instant = (name: string, atMs: number, args: Readonly<Record<string, unknown>>): TraceEvent => ({
    ...{ name, ph: 'i', s: 'g', pid: 1, tid: 1, ts: micros(atMs), args },
  })
  return [
    instant('Fault injected', injectedAtMs, { losses: losses.map(({ title }) => title).join('; ') }),
    ...milestones.map(({ id, title, atMs }) => instant(title, injectedAtMs + atMs, { id })),
  ]
}
