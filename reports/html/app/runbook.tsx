import type { RunRecord } from '../../../harness/model/run-record.ts'
import { useMemo, useState } from 'preact/hooks'
import { eventText } from '../../model/event-text.ts'
import { formatCounted, formatDuration } from '../../model/figures.ts'
import { runbookOf, tookText } from '../../model/runbook.ts'
import { type RanCommand, stepCommands } from '../../model/step-commands.ts'
import type { Details } from '../payload.ts'
import { Section } from './layout/section.tsx'
import { TableRegion } from './layout/table-region.tsx'

interface Properties {
  readonly record: RunRecord
  readonly events: Details['events']
}

/** Each repair step with its planned actions by machine, its times, and the commands that ran; nothing without a repair. */
export function Runbook({ record, events }: Properties) {
  const rows = runbookOf(record)
  const commands = useMemo(() => stepCommands(events, record.steps), [events, record])
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
                  {actions.length > 0 && actions[0] !== tookText({ status, tookMs }) && (
                    <ul class="actions">
                      {actions.map((line, at) => (
                        <li key={at}>{line}</li>
                      ))}
                    </ul>
                  )}
                  <Commands commands={commands[index] ?? []} />
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

/** What ran in a step, opened by the reader. */
function Commands({ commands }: { readonly commands: readonly RanCommand[] }) {
  const [open, setOpen] = useState(false)
  if (commands.length === 0) return null
  return (
    <details class="commands" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{formatCounted(commands.length, 'command')}</summary>
      {open && (
        <ol class="actions">
          {commands.map(({ event }) => (
            <li key={event.seq}>{eventText(event)}</li>
          ))}
        </ol>
      )}
    </details>
  )
}
