import type { RunRecord } from '../../../harness/model/run-record.ts'
import { formatCount, formatDuration } from '../../model/figures.ts'
import { milestoneRows } from '../../model/milestone-rows.ts'
import { formatMoment } from './format-moment.ts'
import { Section } from './layout/section.tsx'
import { TableRegion } from './layout/table-region.tsx'

/** When each milestone was reached; nothing for a run without a fault. */
export function Milestones({ record }: { readonly record: RunRecord }) {
  const { injectedAtMs, startedAt } = record
  if (injectedAtMs === null) return null
  const rows = milestoneRows(record)
  const longest = Math.max(1, ...rows.map(({ atMs }) => atMs ?? 0))
  const injectedAt = formatMoment(new Date(Date.parse(startedAt) + injectedAtMs).toISOString())
  return (
    <Section
      id="milestones"
      title="Milestones"
      lead={`Time since the fault injection at ${injectedAt}; budgets count from the start of the repair.`}
    >
      <TableRegion label="Milestones">
        <table class="milestones">
          <thead>
            <tr>
              <th scope="col">Milestone</th>
              <th scope="col" class="number">
                Since injection
              </th>
              <th scope="col" class="number">
                Exact
              </th>
              <th scope="col" class="number">
                Since previous
              </th>
              <th scope="col" class="number">
                Of the budget
              </th>
              <td class="wide" aria-hidden="true" />
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, title, atMs, text, afterMs, budget }) => (
              <tr key={id} data-milestone={id}>
                <th scope="row">{title}</th>
                <td class="number strong">{text}</td>
                <td class="number muted">{atMs === null ? '' : `${formatCount(atMs)}\u00A0ms`}</td>
                <td class="number muted">{afterMs === null ? '' : `+${formatDuration(afterMs)}`}</td>
                <td class="number muted" data-budget={id}>
                  {budget}
                </td>
                <td class="wide" aria-hidden="true">
                  {atMs !== null && <span class="meter" style={{ width: `${(atMs / longest) * 100}%` }} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
    </Section>
  )
}
