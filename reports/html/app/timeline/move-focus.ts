/**
 * Arrow keys between the bars of the timeline: left and right along a lane, up and down to the nearest bar of another one. The bars of
 * the timeline are one stop for the Tab key.
 */
export function moveFocus(event: KeyboardEvent, timeline: Element): void {
  const from = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-bar]') : null
  const lanes = [...timeline.querySelectorAll('[data-lane]')]
    .map((lane) => [...lane.querySelectorAll<HTMLElement>('[data-bar]')])
    .filter((bars) => bars.length > 0)
  const laneIndex = from ? lanes.findIndex((bars) => bars.includes(from)) : -1
  const lane = lanes[laneIndex]
  if (!from || !lane) return
  const target = targetOf(event.key, lanes, laneIndex, from)
  if (!target) return
  event.preventDefault()
  target.focus()
}

function targetOf(
  key: string,
  lanes: readonly (readonly HTMLElement[])[],
  laneIndex: number,
  from: HTMLElement,
): HTMLElement | undefined {
  const lane = lanes[laneIndex] ?? []
  const index = lane.indexOf(from)
  switch (key) {
    case 'ArrowRight':
      return lane[index + 1]
    case 'ArrowLeft':
      return lane[index - 1]
    case 'Home':
      return lane[0]
    case 'End':
      return lane.at(-1)
    case 'ArrowDown':
      return nearest(lanes[laneIndex + 1], from)
    case 'ArrowUp':
      return nearest(lanes[laneIndex - 1], from)
    default:
      return undefined
  }
}

function nearest(bars: readonly HTMLElement[] | undefined, to: HTMLElement): HTMLElement | undefined {
  const x = to.getBoundingClientRect().left
  const distance = (bar: HTMLElement) => Math.abs(bar.getBoundingClientRect().left - x)
  return bars?.toSorted((a, b) => distance(a) - distance(b))[0]
}
