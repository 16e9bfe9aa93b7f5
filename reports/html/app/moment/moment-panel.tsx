import { useMemo } from 'preact/hooks'
import type { RunRecord } from '../../../../harness/model/run-record.ts'
import { formatCount, formatDuration, formatShare } from '../../../model/figures.ts'
import { EventList } from '../layout/event-list.tsx'
import { TableRegion } from '../layout/table-region.tsx'
import type { Details, PageSeries } from '../../payload.ts'
import { type Asked, type Moment, momentOf, type SampleRow } from './moment-of.ts'

const eventsShown = 100

interface Properties {
  readonly asked: Asked
  readonly record: RunRecord
  readonly series: readonly PageSeries[]
  readonly details: Details
  readonly onClose: () => void
}

/** What a bar of the timeline stands for: the samples of its path, and what ran in that second. */
export function MomentPanel({ asked, record, series, details, onClose }: Properties) {
  const zeroMs = record.injectedAtMs ?? 0
  const { rows, leftOut, spans, events, pressure } = useMemo(
    () => momentOf(asked, record, series, details),
    [asked, record, series, details],
  )
  return (
    <section class="moment" aria-label="Selected moment">
      <div class="moment-head">
        <h3 aria-live="polite">{asked.title}</h3>
        <button type="button" class="plain" onClick={onClose}>
          Close
        </button>
      </div>
      <div class="moment-parts">
        {rows.length > 0 && <Samples rows={rows} leftOut={leftOut} />}
        <div class="moment-ran">
          <h4>What ran in that second</h4>
          <ul class="moment-spans">
            {spans.map(({ title, fromMs, toMs }, index) => (
              <li key={index}>
                {title}{' '}
                <small>
                  {formatDuration(fromMs - zeroMs)} to {toMs === null ? 'the end' : formatDuration(toMs - zeroMs)}
                </small>
              </li>
            ))}
            {spans.length === 0 && <li>No phase and no step.</li>}
            {pressure && <li>{pressureText(pressure)}</li>}
          </ul>
          <EventList events={events.slice(0, eventsShown)} zeroMs={zeroMs} label="Events of that second" />
          {events.length > eventsShown && (
            <p class="footnote">{formatCount(events.length - eventsShown)} more are in the journal below.</p>
          )}
        </div>
      </div>
    </section>
  )
}

function pressureText({ waiting, busy }: NonNullable<Moment['pressure']>): string {
  const share = (value: number | null) => (value === null ? 'an unknown share' : formatShare(value))
  return `A process waited for a core in ${share(waiting)} of that time; ${share(busy)} of all cores was used`
}

const words: Readonly<Record<SampleRow['state'], string>> = {
  ok: '✓ ok',
  failed: '✗ failed',
  unmeasured: '? unmeasured',
  missing: '? never sent',
}

function Samples({ rows, leftOut }: { readonly rows: readonly SampleRow[]; readonly leftOut: number }) {
  const ms = (value: number | null) => (value === null ? '–' : formatDuration(value))
  return (
    <div>
      <TableRegion label="Samples of that moment">
        <table class="samples">
          <thead>
            <tr>
              <th scope="col" class="number">
                Planned
              </th>
              <th scope="col">Answer</th>
              <th scope="col" class="number">
                Latency
              </th>
              <th scope="col" class="number">
                Sent late
              </th>
              <th scope="col">Error or answered by</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ atMs, state, latencyMs, lagMs, error, backend }) => (
              <tr key={atMs} class={`sample-${state}`} data-sample={state}>
                <td class="number">{(atMs / 1000).toFixed(3)}&nbsp;s</td>
                <td>{words[state]}</td>
                <td class="number">{ms(latencyMs)}</td>
                <td class="number">{ms(lagMs)}</td>
                <td>{error || backend}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
      {leftOut > 0 && (
        <p class="footnote">{formatCount(leftOut)} samples between the first and the last rows are in the CSV.</p>
      )}
    </div>
  )
}
