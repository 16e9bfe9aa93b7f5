import type { JournalEvent } from '../../../../harness/model/journal.ts'
import { eventText } from '../../../model/event-text.ts'
import { TableRegion } from './table-region.tsx'

interface Properties {
  readonly events: readonly JournalEvent[]
  readonly zeroMs: number
  readonly label: string
}

/** Events of the journal, with all that is recorded in each. */
export function EventList({ events, zeroMs, label }: Properties) {
  if (events.length === 0) return <p class="muted">No event was recorded.</p>
  return (
    <TableRegion label={label}>
      <table class="events">
        <thead>
          <tr>
            <th scope="col" class="number">
              Time
            </th>
            <th scope="col">Event</th>
            <th scope="col">Recorded</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.seq} data-event={event.type}>
              <td class="number">{((event.atMs - zeroMs) / 1000).toFixed(3)}&nbsp;s</td>
              <td>
                <code>{event.type}</code>
              </td>
              <td>{eventText(event)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableRegion>
  )
}
