import { useState } from 'preact/hooks'
import type { RunRecord } from '../../../harness/model/run-record.ts'
import { formatCount, formatCounted, formatDuration } from '../../model/figures.ts'
import { measurementClaim } from '../../model/measurement-claim.ts'
import { workloadProbes } from '../../model/record.ts'
import { Section } from './layout/section.tsx'
import { TableRegion } from './layout/table-region.tsx'

const shownAtFirst = 100

/** Every interval in which a path failed: the outages of the timeline as a table. */
export function Outages({ record }: { readonly record: RunRecord }) {
  const [all, setAll] = useState(false)
  const zeroMs = record.injectedAtMs ?? 0
  const outages = record.probes
    .flatMap((probe) => probe.outages.map((outage) => ({ ...outage, path: probe.title, id: probe.id })))
    .toSorted((a, b) => a.fromMs - b.fromMs)
  const shown = all ? outages : outages.slice(0, shownAtFirst)
  const lead =
    outages.length === 0
      ? 'None observed on any path.'
      : `${formatCounted(outages.length, 'interval')} in which a path failed.`
  return (
    <Section id="outages" title="Outages" lead={lead}>
      {outages.length > 0 && (
        <TableRegion label="Outages">
          <table>
            <thead>
              <tr>
                <th scope="col">Path</th>
                <th scope="col" class="number">
                  {record.injectedAtMs === null ? 'Start, since start of run' : 'Start, since injection'}
                </th>
                <th scope="col" class="number">
                  Lower
                </th>
                <th scope="col" class="number">
                  Point
                </th>
                <th scope="col" class="number">
                  Upper
                </th>
                <th scope="col" class="number">
                  Samples
                </th>
                <th scope="col">Errors</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ id, path, fromMs, lowerMs, pointMs, upperMs, samples, errors, open }, index) => (
                <tr key={index} data-outage={id}>
                  <th scope="row">{path}</th>
                  <td class="number">{formatDuration(fromMs - zeroMs)}</td>
                  {[lowerMs, pointMs, upperMs].map((ms, at) => (
                    <td key={at} class="number">{`${open ? '≥\u00A0' : ''}${formatDuration(ms)}`}</td>
                  ))}
                  <td class="number">{formatCount(samples)}</td>
                  <td>{[...errors, ...(open ? ['still open when probing ended'] : [])].join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableRegion>
      )}
      {shown.length < outages.length && (
        <button type="button" class="plain" onClick={() => setAll(true)}>
          Show all {formatCount(outages.length)}
        </button>
      )}
      <div class="limits">
        <h3>What this measurement can and cannot see</h3>
        {measurementClaim(workloadProbes(record)).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </Section>
  )
}
