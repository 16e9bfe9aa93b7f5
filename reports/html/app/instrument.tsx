import type { RunRecord } from '../../../harness/model/run-record.ts'
import { formatCount, formatDuration, formatShare } from '../../model/figures.ts'
import { Section } from './section.tsx'
import { TableRegion } from './table-region.tsx'

/** How late the prober itself was: whether its figures can be trusted. */
export function Instrument({ record: { probes } }: { readonly record: RunRecord }) {
  if (probes.length === 0) return null
  return (
    <Section
      id="instrument"
      title="The prober itself"
      lead="How late it sent its samples. A failure while it was late is unmeasured, not downtime, and counts against the coverage."
    >
      <TableRegion label="The prober itself">
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
            </tr>
          </thead>
          <tbody>
            {probes.map(({ id, title, lagMs, planned, sent, unmeasured, coverage }) => (
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
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
    </Section>
  )
}
