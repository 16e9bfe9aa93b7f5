import type { RunRecord } from '../../../harness/model/run-record.ts'
import { keyFigures } from '../../model/key-figures.ts'
import { verdictLook } from '../../model/verdict-look.ts'
import { VerdictSign } from './verdict-sign.tsx'

/** Downtime of control plane and workloads, duration of the repair, and coverage of the measurement. */
export function KeyFigures({ record }: { readonly record: RunRecord }) {
  return (
    <section class="figures" aria-label="Key figures">
      {keyFigures(record).map(({ id, label, value, notes, verdict }) => (
        <div class="figure" key={id} data-figure={id}>
          <h2 class="figure-label">
            {verdict !== null && (
              <>
                <VerdictSign verdict={verdict} />
                <span class="spoken">{verdictLook(verdict).word}: </span>
              </>
            )}
            {label}
          </h2>
          <p class="figure-value">{value}</p>
          <ul class="figure-notes">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}
