import type { Finding, RunRecord, Verdict } from '../../../harness/model/run-record.ts'
import { formatCounted, keepFigures } from '../../model/figures.ts'
import { verdictLook } from '../../model/verdict-look.ts'
import { Section } from './layout/section.tsx'
import { VerdictSign } from './verdict-sign.tsx'

/** Every check with its finding; checks that did not pass are expanded. */
export function Checks({ record: { findings } }: { readonly record: RunRecord }) {
  const passed = findings.filter(({ verdict }) => verdict === 'pass').length
  const lead =
    findings.length === 0 ? 'No check was judged.' : `${passed} of ${formatCounted(findings.length, 'check')} passed.`
  return (
    <Section id="checks" title="Checks" lead={lead}>
      {findings.length > 0 && (
        <ul class="checks">
          {bySeverity(findings).map((finding, index) => (
            <li key={index} data-check={finding.id}>
              {finding.details.length === 0 ? (
                <div class="check">
                  <CheckLine finding={finding} />
                </div>
              ) : (
                <details class="check" open={finding.verdict !== 'pass'}>
                  <summary>
                    <CheckLine finding={finding} />
                  </summary>
                  <ul class="details">
                    {finding.details.map((line, at) => (
                      <li key={at}>{line}</li>
                    ))}
                  </ul>
                </details>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

const ranks: Readonly<Record<Verdict, number>> = { fail: 0, unknown: 1, pass: 2 }

/** Failed checks first, then unknown ones; otherwise in the order of the scenario. */
const bySeverity = (findings: readonly Finding[]) => findings.toSorted((a, b) => ranks[a.verdict] - ranks[b.verdict])

function CheckLine({ finding: { id, title, verdict, summary } }: { readonly finding: Finding }) {
  return (
    <span class="check-line">
      <span class={`check-verdict text-${verdict}`}>
        <VerdictSign verdict={verdict} />
        {verdictLook(verdict).word}
      </span>
      <span class="check-title">
        {title} <code>{id}</code>
      </span>
      <span class="check-summary">{keepFigures(summary)}</span>
    </span>
  )
}
