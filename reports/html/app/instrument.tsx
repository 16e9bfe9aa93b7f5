import type { RunRecord } from '../../../harness/model/run-record.ts'
import { formatCount, formatDuration, formatShare } from '../../model/figures.ts'
import { Section } from './layout/section.tsx'
import { TableRegion } from './layout/table-region.tsx'

/** The lag of the prober: whether its figures can be trusted. */
export function Instrument({ record: { probes } }: { readonly record: RunRecord }) {
  if (probes.length === 0) return null
  return (
    <Section
      id="instrument"
      title="Prober"
      lead="How late samples were sent. A failure while the prober was late counts as unmeasured, not as downtime. Unmeasured time counts in the bound of the longest gap, and hides rarer failures."
    >
      <TableRegion label="Prober">
        <table>
          <thead>
            <tr>
              <th scope="col">Path</th>
              <th scope="col" class="number">
                Lag p50
              </th>
              <th scope="col" class="number">
                Lag p99
              </th>
              <th scope="col" class="number">
                Lag max
              </th>
              <th scope="col" class="number">
                Never sent
              </th>
              <th scope="col" class="number">
                Unmeasured
              </th>
              <th scope="col" class="number">
                Coverage
              </th>
              <th scope="col" class="number">
                Would show 1 in
              </th>
            </tr>
          </thead>
          <tbody>
            {probes.map(({ id, title, lagMs, planned, sent, unmeasured, coverage, detectableOneIn }) => (
              <tr key={id} data-lag={id}>
                <th scope="row">{title}</th>
                {(['p50', 'p99', 'max'] as const).map((name) => (
                  <td key={name} class="number">
                    {lagMs === null ? '–' : formatDuration(lagMs[name])}
                  </td>
                ))}
                <td class="number">{formatCount(planned - sent)}</td>
                <td class="number">{formatCount(unmeasured)}</td>
                <td class="number">{formatShare(coverage)}</td>
                <td class="number">{formatCount(detectableOneIn)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
    </Section>
  )
}
