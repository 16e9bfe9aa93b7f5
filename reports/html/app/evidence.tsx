import { useState } from 'preact/hooks'
import { formatCounted } from '../../model/figures.ts'
import { Section } from './layout/section.tsx'

/** What the collectors stored, each as it is, opened by the reader; nothing where there is none. */
export function Evidence({ evidence }: { readonly evidence: Readonly<Record<string, unknown>> }) {
  const names = Object.keys(evidence).toSorted()
  if (names.length === 0) return null
  return (
    <Section id="evidence" title="Evidence" lead="What the checks judged by, as it was collected from the cluster.">
      <details>
        <summary>{formatCounted(names.length, 'collection')}</summary>
        <ul class="evidence">
          {names.map((name) => (
            <li key={name}>
              <Stored name={name} value={evidence[name]} />
            </li>
          ))}
        </ul>
      </details>
    </Section>
  )
}

function Stored({ name, value }: { readonly name: string; readonly value: unknown }) {
  const [open, setOpen] = useState(false)
  return (
    <details data-evidence={name} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <code>{name}</code>
      </summary>
      {open && (
        <pre tabIndex={0} aria-label={name}>
          {JSON.stringify(value, null, 1)}
        </pre>
      )}
    </details>
  )
}
