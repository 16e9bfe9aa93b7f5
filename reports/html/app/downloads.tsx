import { formatCounted } from '../../model/figures.ts'
import type { Details, Payload, SeriesHead } from '../payload.ts'
import type { PageData } from './page-data.ts'
import { samplesCsv } from './samples-csv.ts'
import { Section } from './layout/section.tsx'

interface Properties {
  readonly json: string
  readonly data: PageData
  readonly heads: readonly SeriesHead[]
}

/** Downloads of the data that the page carries, as they were stored. */
export function Downloads({ json, data: { series, details, detailsJson }, heads }: Properties) {
  const points = heads.reduce((sum, head) => sum + head.points, 0)
  const folded = Math.max(1, ...heads.map(({ samplesPerPoint }) => samplesPerPoint))
  const stored = () => JSON.parse(detailsJson) as Details
  return (
    <Section id="data" title="Data" lead="Everything is in this file; nothing is loaded from the network.">
      <p class="buttons">
        <button
          type="button"
          class="plain"
          disabled={series.length === 0}
          onClick={() => save('samples.csv', 'text/csv', samplesCsv(series))}
        >
          Samples as CSV ({formatCounted(points, 'row')})
        </button>
        <button type="button" class="plain" onClick={() => save('run.json', 'application/json', [recordText(json)])}>
          Record as JSON
        </button>
        <button
          type="button"
          class="plain"
          disabled={details.events.length === 0}
          onClick={() => save('journal.jsonl', 'application/jsonl', stored().events.map(lineOf))}
        >
          Journal as JSON lines ({formatCounted(details.events.length, 'event')})
        </button>
        <button
          type="button"
          class="plain"
          disabled={Object.keys(details.evidence).length === 0}
          onClick={() => save('evidence.json', 'application/json', [JSON.stringify(stored().evidence, null, 1)])}
        >
          Evidence as JSON
        </button>
      </p>
      {folded > 1 && (
        <p class="footnote">Each row and point stands for {folded} samples and shows the worst of them.</p>
      )}
    </Section>
  )
}

const recordText = (json: string) => JSON.stringify((JSON.parse(json) as Payload).record, null, 2)

const lineOf = (event: unknown) => `${JSON.stringify(event)}\n`

function save(name: string, type: string, parts: string[]): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob(parts, { type }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
