import type { ComponentChildren } from 'preact'

interface Properties {
  readonly id: string
  readonly title: string
  readonly lead?: ComponentChildren
  readonly children: ComponentChildren
}

/** A page section with its heading. */
export function Section({ id, title, lead, children }: Properties) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div class="section-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {lead !== undefined && <p class="lead">{lead}</p>}
      </div>
      {children}
    </section>
  )
}
