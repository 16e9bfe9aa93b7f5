import type { EventData } from '../model/journal.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { RunView } from '../model/run-view.ts'
import { goodEvidence } from './good-evidence.ts'
import { reportEvidence } from './report-evidence.ts'

/** The journal that a made-up record would come from, and evidence, for tests of reports. */
export function fakeDetails(record: RunRecord): Pick<RunView, 'events' | 'evidence'> {
  const { injectedAtMs, phases, steps, milestones } = record
  const at = (atMs: number, event: EventData) => ({ atMs, event })
  const spans = (['phase', 'step'] as const).flatMap((noun) =>
    (noun === 'phase' ? phases : steps).flatMap(({ id, title, fromMs, toMs, status }) => {
      if (status === 'skipped') return [at(fromMs, { type: `${noun}.skipped`, [noun]: id, title })]
      const ended = status === 'failed' ? 'failed' : 'finished'
      const end = toMs === null ? [] : [at(toMs, { type: `${noun}.${ended}`, [noun]: id, title })]
      return [at(fromMs, { type: `${noun}.started`, [noun]: id, title }), ...end]
    }),
  )
  const commands = steps
    .filter(({ status }) => status !== 'skipped')
    .flatMap(({ id, fromMs, toMs }) =>
      ['drill-7f3a-control-plane', 'drill-7f3a-worker'].map((node) => {
        const durationMs = Math.round(((toMs ?? fromMs) - fromMs) / 2)
        return at(fromMs + durationMs, {
          type: 'command.finished',
          node,
          command: `bash ${id}`,
          exitCode: 0,
          durationMs,
        })
      }),
    )
  const fault =
    injectedAtMs === null
      ? []
      : [
          at(injectedAtMs, { type: 'fault.injected', losses: record.losses.map(({ id }) => id) }),
          at(injectedAtMs + 4000, { type: 'fault.api-dialed', node: 'control-plane', result: 'refused', attempts: 5 }),
          ...milestones.map(({ id, title, atMs }) =>
            at(injectedAtMs + atMs, { type: 'milestone.reached', milestone: id, title }),
          ),
        ]
  const host = { type: 'host.measured', when: 'baseline', cores: 2, cpuMs: 650, wallMs: 4000, referenceMs: 640 }
  const events = [...spans, ...commands, ...fault, at(60_000, host)]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, event }, seq) => ({ ...event, seq, atMs }))
  return { events, evidence: injectedAtMs === null ? {} : { ...goodEvidence, ...reportEvidence } }
}
