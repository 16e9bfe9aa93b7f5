import { commitRows } from '../../model/commit-rows.ts'
import { Section } from './layout/section.tsx'
import { TextTable } from './layout/text-table.tsx'

interface Properties {
  readonly evidence: Readonly<Record<string, unknown>>
  readonly zeroMs: number
}

/** The ledger that was committed to a database; nothing where none ran. */
export function Commits({ evidence, zeroMs }: Properties) {
  const rows = commitRows(evidence, zeroMs)
  if (!rows) return null
  const { ledger, sessions, unacknowledged } = rows
  return (
    <Section
      id="commits"
      title="Database"
      lead="A ledger, committed through the Service while the cluster was repaired."
    >
      <TextTable label="Ledger" head={['Entries', 'Count']} rows={ledger} />
      <h3 class="table-head">Sessions</h3>
      <TextTable
        label="Sessions with the database"
        head={['Begun, since injection', 'Ended', 'Commits', 'Why it ended']}
        rows={sessions}
      />
      {unacknowledged.length > 0 && (
        <>
          <h3 class="table-head">Not acknowledged</h3>
          <TextTable
            label="Commits without an answer"
            head={['What', 'Asked, since injection', 'Why', 'In the primary']}
            rows={unacknowledged}
          />
        </>
      )}
    </Section>
  )
}
