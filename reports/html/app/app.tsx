import type { Payload } from '../payload.ts'
import { Checks } from './checks.tsx'
import { Commits } from './commits.tsx'
import { Conditions } from './conditions.tsx'
import { Downloads } from './downloads.tsx'
import { EarlyEnd } from './early-end.tsx'
import { Evidence } from './evidence.tsx'
import { Files } from './files.tsx'
import { Instrument } from './instrument.tsx'
import { JournalTable } from './journal-table.tsx'
import { KeyFigures } from './key-figures.tsx'
import { Milestones } from './milestones.tsx'
import { Outages } from './outages.tsx'
import type { PageData } from './page-data.ts'
import { Pki } from './pki.tsx'
import { Probes } from './probes.tsx'
import { RecoveryResult } from './recovery-result.tsx'
import { Runbook } from './runbook.tsx'
import { Timeline } from './timeline/timeline.tsx'
import { Tokens } from './tokens.tsx'
import { VerdictBand } from './verdict-band.tsx'

interface Properties {
  readonly payload: Payload
  /** The JSON text of `payload`, for the download. */
  readonly json: string
  readonly data: PageData
  readonly state: 'reading' | 'read' | 'damaged'
}

/** The whole page, from the verdict to the conditions of the run. */
export function App({ payload: { record, series: heads, control }, json, data, state }: Properties) {
  const { series, details } = data
  return (
    <>
      <VerdictBand record={record} />
      <main>
        <KeyFigures record={record} />
        <EarlyEnd record={record} />
        {state === 'damaged' && (
          <p class="notice">
            Samples, journal or evidence in this file are damaged. The page shows only what the record contains.
          </p>
        )}
        <Timeline record={record} series={series} details={details} />
        <Checks record={record} />
        <RecoveryResult record={record} />
        <Milestones record={record} />
        <Probes record={record} control={control} />
        <Outages record={record} />
        <Pki evidence={details.evidence} />
        <Tokens evidence={details.evidence} zeroMs={record.injectedAtMs ?? 0} />
        <Commits evidence={details.evidence} zeroMs={record.injectedAtMs ?? 0} />
        <Runbook record={record} events={details.events} />
        <Instrument record={record} />
        <Evidence evidence={details.evidence} />
        <JournalTable events={details.events} zeroMs={record.injectedAtMs ?? 0} />
        <Files record={record} />
        <Conditions record={record} />
        <Downloads json={json} data={data} heads={heads} />
      </main>
    </>
  )
}
