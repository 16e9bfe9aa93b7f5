import { moveView, type View, zoomView } from './view.ts'
import type { Views } from './views.ts'

interface Properties {
  readonly view: View
  readonly views: Views
  readonly onView: (view: View) => void
}

/** Buttons for all pointer gestures on the time axis. */
export function Toolbar({ view, views, onView }: Properties) {
  const { fault, recovered, measured, whole } = views
  return (
    <div class="toolbar" role="group" aria-label="Time axis">
      <button type="button" class="plain" onClick={() => onView(measured)}>
        Measured
      </button>
      {fault && (
        <button type="button" class="plain" onClick={() => onView(fault)}>
          {recovered ? 'Until recovered' : 'Since injection'}
        </button>
      )}
      <button type="button" class="plain" onClick={() => onView(whole)}>
        Whole run
      </button>
      <span class="toolbar-gap" />
      <button type="button" class="plain square" aria-label="Zoom in" onClick={() => onView(zoomView(view, 2))}>
        +
      </button>
      <button type="button" class="plain square" aria-label="Zoom out" onClick={() => onView(zoomView(view, 0.5))}>
        −
      </button>
      <button type="button" class="plain square" aria-label="Earlier" onClick={() => onView(moveView(view, -0.4))}>
        ←
      </button>
      <button type="button" class="plain square" aria-label="Later" onClick={() => onView(moveView(view, 0.4))}>
        →
      </button>
    </div>
  )
}
