import type { PageSeries, Payload } from '../payload.ts'
import { Checks } from './checks.tsx'
import { Conditions } from './conditions.tsx'
import { Downloads } from './downloads.tsx'
import { EarlyEnd } from './early-end.tsx'
import { Files } from './files.tsx'
import { Instrument } from './instrument.tsx'
import { KeyFigures } from './key-figures.tsx'
import { Milestones } from './milestones.tsx'
import { Outages } from './outages.tsx'
import { Probes } from './probes.tsx'
import { RecoveryResult } from './recovery-result.tsx'
import { Runbook } from './runbook.tsx'
import { Timeline } from './timeline/timeline.tsx'
import { VerdictBand } from './verdict-band.tsx'

interface Properties {
  readonly payload: Payload
  /** The JSON text of `payload`, for the download. */
  readonly json: string
  readonly samples: readonly PageSeries[] | 'reading' | 'damaged'
}

/** The whole page, from the verdict to the conditions of the run. */
export function App({ payload: { record, series: heads, control }, json, samples }: Properties) {
  const series = typeof samples === 'string' ? [] : samples
  return (
    <>
      <VerdictBand record={record} />
      <main>
        <KeyFigures record={record} />
        <EarlyEnd record={record} />
        <Checks record={record} />
        {samples === 'damaged' && (
          <p class="notice">The samples in this file are damaged. The timeline shows only what the record contains.</p>
        )}
        <Timeline record={record} series={series} />
        <RecoveryResult record={record} />
        <Milestones record={record} />
        <Runbook record={record} />
        <Probes record={record} control={control} />
        <Outages record={record} />
        <Instrument record={record} />
        <Files record={record} />
        <Conditions record={record} />
        <Downloads json={json} series={series} heads={heads} />
      </main>
    </>
  )
}
