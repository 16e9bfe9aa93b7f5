import type { RunRecord } from '../../../harness/model/run-record.ts'
import { formatDuration } from '../../model/figures.ts'
import { runbookOf, tookText } from '../../model/runbook.ts'
import { Section } from './section.tsx'
import { TableRegion } from './table-region.tsx'

/** What was planned for each step of the repair, machine by machine, and when it was done; nothing without a repair. */
export function Runbook({ record }: { readonly record: RunRecord }) {
  const rows = runbookOf(record)
  if (rows.length === 0) return null
  const planned = record.plan.length > 0 ? 'What each step was to do was asked just before the repair began.' : ''
  return (
    <Section id="runbook" title="Runbook of the repair" lead={`${planned} Times count from its first step.`.trim()}>
      <TableRegion label="Runbook of the repair">
        <table class="runbook">
          <thead>
            <tr>
              <th scope="col" class="number">
                #
              </th>
              <th scope="col">Step</th>
              <th scope="col" class="number">
                Start
              </th>
              <th scope="col" class="number">
                Took
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, title, actions, status, fromMs, tookMs }, index) => (
              <tr key={index} data-step={id} data-status={status}>
                <td class="number muted">{index + 1}</td>
                <th scope="row">
                  {title}
                  {actions.length > 0 && (
                    <ul class="actions">
                      {actions.map((line, at) => (
                        <li key={at}>{line}</li>
                      ))}
                    </ul>
                  )}
                </th>
                <td class="number muted">{fromMs === null ? '' : `+${formatDuration(fromMs)}`}</td>
                <td class="number strong">{tookText({ status, tookMs })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
    </Section>
  )
}
