import type { RunRecord } from '../../../harness/model/run-record.ts'
import { Section } from './section.tsx'

/** What ended the run early, and what the clean-up could not do; nothing for a run that went well. */
export function EarlyEnd({ record: { error, teardownErrors } }: { readonly record: RunRecord }) {
  if (error === null && teardownErrors.length === 0) return null
  return (
    <Section
      id="early-end"
      title={error === null ? 'The clean-up was not complete' : `The run ended early, in phase ${error.phase}`}
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
          {error !== null && <h3 class="chain-head">Left by the clean-up</h3>}
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
