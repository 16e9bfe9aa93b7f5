import type { RunRecord } from '../../../harness/model/run-record.ts'
import { formatDuration } from '../../model/figures.ts'
import { runbookOf, tookText } from '../../model/runbook.ts'
import { Section } from './layout/section.tsx'
import { TableRegion } from './layout/table-region.tsx'

/** Each repair step with its planned actions by machine and its times; nothing without a repair. */
export function Runbook({ record }: { readonly record: RunRecord }) {
  const rows = runbookOf(record)
  if (rows.length === 0) return null
  const planned = record.plan.length > 0 ? 'Actions are those of the plan made just before the repair started.' : ''
  return (
    <Section id="runbook" title="Repair runbook" lead={`${planned} Times are relative to the first step.`.trim()}>
      <TableRegion label="Repair runbook">
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
                  {title} <code>{id}</code>
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
