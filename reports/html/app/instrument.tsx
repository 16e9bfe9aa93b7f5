import type { RunRecord } from '../../../harness/model/run-record.ts'
import { formatCount, formatDuration, formatShare } from '../../model/figures.ts'
import { proberText } from '../../model/pulse-rows.ts'
import { CalibrationTables } from './calibration-tables.tsx'
import { Section } from './layout/section.tsx'
import { TableRegion } from './layout/table-region.tsx'

/** The lag of the prober and its calibration: whether its figures can be trusted. */
export function Instrument({ record }: { readonly record: RunRecord }) {
  const { probes, calibration } = record
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
              <th scope="col" class="number">
                Seen for sure from
              </th>
            </tr>
          </thead>
          <tbody>
            {probes.map(
              ({ id, title, lagMs, planned, sent, unmeasured, coverage, detectableOneIn, detectionFloorMs }) => (
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
                  <td class="number" data-figure="floor">
                    {detectionFloorMs == null ? 'unknown' : formatDuration(Math.ceil(detectionFloorMs))}
                  </td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </TableRegion>
      <p class="footnote">{proberText(record)}</p>
      {calibration && <CalibrationTables calibration={calibration} />}
    </Section>
  )
}
