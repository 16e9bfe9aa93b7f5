import { useRef, useState } from 'preact/hooks'

export interface Brush {
  /** Shares of the plane's width, while a range is being drawn. */
  readonly selection: { readonly from: number; readonly to: number } | null
  /** Share of the plane's width under the pointer. */
  readonly hover: number | null
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent) => void
    readonly onPointerMove: (event: PointerEvent) => void
    readonly onPointerUp: (event: PointerEvent) => void
    readonly onPointerCancel: () => void
    readonly onPointerLeave: () => void
    readonly onClickCapture: (event: MouseEvent) => void
  }
}

/** Below this it was a click. */
const dragPx = 5

/**
 * A range drawn with the pointer anywhere over the lanes or the chart, or a click beside the bars, told with its lane. `planeOf` is the
 * element that the axis covers.
 */
export function useBrush(
  planeOf: () => Element | null,
  onBrush: (from: number, to: number) => void,
  onPoint: (share: number, lane: string | undefined) => void,
): Brush {
  const [selection, setSelection] = useState<Brush['selection']>(null)
  const [hover, setHover] = useState<number | null>(null)
  const start = useRef<{ readonly x: number; dragged: boolean } | null>(null)
  const justBrushed = useRef(false)

  const shareAt = (x: number): number | null => {
    const box = planeOf()?.getBoundingClientRect()
    return box && box.width > 0 ? (x - box.left) / box.width : null
  }
  const within = (share: number | null) => Math.min(1, Math.max(0, share ?? 0))
  const end = () => {
    start.current = null
    setSelection(null)
  }
  return {
    selection,
    hover,
    handlers: {
      onPointerDown(event) {
        const share = shareAt(event.clientX)
        if (event.button === 0 && share !== null && share >= 0 && share <= 1)
          start.current = { x: event.clientX, dragged: false }
      },
      onPointerMove(event) {
        const share = shareAt(event.clientX)
        setHover(share !== null && share >= 0 && share <= 1 ? share : null)
        const began = start.current
        if (!began || (!began.dragged && Math.abs(event.clientX - began.x) < dragPx)) return
        if (!began.dragged) (event.currentTarget as Element).setPointerCapture(event.pointerId)
        began.dragged = true
        const [a, b] = [within(shareAt(began.x)), within(share)]
        setSelection({ from: Math.min(a, b), to: Math.max(a, b) })
      },
      onPointerUp(event) {
        if (start.current?.dragged && selection && selection.to > selection.from) {
          justBrushed.current = true
          onBrush(selection.from, selection.to)
        }
        const target = event.target instanceof Element ? event.target : null
        if (start.current && !start.current.dragged && !target?.closest('button'))
          onPoint(within(shareAt(event.clientX)), target?.closest<HTMLElement>('[data-lane]')?.dataset['lane'])
        end()
      },
      onPointerCancel: end,
      onPointerLeave: () => setHover(null),
      onClickCapture(event) {
        // The click that ends a brush is not meant for the bar under it.
        if (justBrushed.current) event.stopPropagation()
        justBrushed.current = false
      },
    },
  }
}
