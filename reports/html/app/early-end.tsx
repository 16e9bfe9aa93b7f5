import type { RunRecord } from '../../../harness/model/run-record.ts'
import { Section } from './layout/section.tsx'

/** Why the run ended early and what teardown left behind; nothing for a complete run. */
export function EarlyEnd({ record: { error, teardownErrors } }: { readonly record: RunRecord }) {
  if (error === null && teardownErrors.length === 0) return null
  return (
    <Section
      id="early-end"
      title={error === null ? 'Cleanup incomplete' : `The run ended early in phase ${error.phase}`}
    >
      {error !== null && (
        <ol class="chain">
          {error.chain.map((line, index) => (
            <li key={index}>{line}</li>
          ))}
        </ol>
      )}
      {teardownErrors.length > 0 && (
        <>
          {error !== null && <h3 class="chain-head">Left behind</h3>}
          <ul class="left-over">
            {teardownErrors.map((line, index) => (
              <li key={index}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </Section>
  )
}
