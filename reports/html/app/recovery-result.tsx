import type { RunRecord } from '../../../harness/model/run-record.ts'
import { outcomeText, resultSections } from '../../model/result-sections.ts'
import { Section } from './layout/section.tsx'

/** What the repair itself says that it came to, and what it leaves to others; nothing where it said nothing. */
export function RecoveryResult({ record: { result } }: { readonly record: RunRecord }) {
  if (!result) return null
  const { failure } = result
  const where = failure?.step === undefined ? '' : ` (${failure.step})`
  return (
    <Section
      id="result"
      title="What the repair came to"
      lead="As the repair reported it. The verdict does not rest on it."
    >
      <div class="result-outcome">
        <p class="strong">{outcomeText(result)}</p>
        {failure && <p>{`${failure.message}${where}`}</p>}
      </div>
      <div class="columns">
        {resultSections(result).map(({ title, lines }) => (
          <div key={title}>
            <h3>{title}</h3>
            <ul class="result-lines">
              {lines.map((line, index) => (
                <li key={index}>{line}</li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Section>
  )
}
