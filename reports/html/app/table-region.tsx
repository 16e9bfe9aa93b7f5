import type { ComponentChildren } from 'preact'

/** A table that scrolls sideways on its own where the screen is narrow, with the keyboard as well. */
export function TableRegion({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <div class="table-region" role="region" aria-label={`${label}, table`} tabIndex={0}>
      {children}
    </div>
  )
}
