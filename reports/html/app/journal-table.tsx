import { useMemo, useState } from 'preact/hooks'
import type { JournalEvent } from '../../../harness/model/journal.ts'
import { formatCount, formatCounted } from '../../model/figures.ts'
import { eventText } from '../../model/event-text.ts'
import { EventList } from './layout/event-list.tsx'
import { Section } from './layout/section.tsx'

const shownAtFirst = 200

/** The whole journal, which a reader opens and searches; nothing where there is none. */
export function JournalTable({
  events,
  zeroMs,
}: {
  readonly events: readonly JournalEvent[]
  readonly zeroMs: number
}) {
  const [open, setOpen] = useState(false)
  const [all, setAll] = useState(false)
  const [wanted, setWanted] = useState('')
  const found = useMemo(() => {
    const text = wanted.toLowerCase()
    return events.filter((event) => `${event.type} ${eventText(event)}`.toLowerCase().includes(text))
  }, [events, wanted])
  if (events.length === 0) return null
  const shown = all ? found : found.slice(0, shownAtFirst)
  return (
    <Section
      id="journal"
      title="Journal"
      lead="Every event of the run, in order. Times count from the fault injection."
    >
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{formatCounted(events.length, 'event')}</summary>
        {open && (
          <>
            <p class="search">
              <label for="journal-search">Events that contain</label>
              <input
                id="journal-search"
                type="search"
                value={wanted}
                onInput={({ currentTarget }) => setWanted(currentTarget.value)}
              />
              <span role="status">{formatCount(found.length)} found</span>
            </p>
            <EventList events={shown} zeroMs={zeroMs} label="Journal" />
            {shown.length < found.length && (
              <button type="button" class="plain" onClick={() => setAll(true)}>
                Show all {formatCount(found.length)}
              </button>
            )}
          </>
        )}
      </details>
    </Section>
  )
}
