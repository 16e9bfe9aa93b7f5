import type { ComponentChildren } from 'preact'

/** A table that scrolls horizontally on narrow screens; focusable, so that the keyboard scrolls it too. */
export function TableRegion({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <div class="table-region" role="region" aria-label={`${label}, table`} tabIndex={0}>
      {children}
    </div>
  )
}
