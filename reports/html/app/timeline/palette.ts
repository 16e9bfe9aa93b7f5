/** Dash patterns, so that paths differ without colour. */
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [9, 3, 2, 3], [12, 4], [1, 4]]

export interface PathLook {
  readonly colour: string
  readonly dash: readonly number[]
}

/** How a path is drawn; the colours are those of the style sheet, as the browser shows them now. */
export function pathLook(index: number): PathLook {
  return { colour: styleColour(`--path-${(index % dashes.length) + 1}`), dash: dashes[index % dashes.length] ?? [] }
}

/** A colour of the style sheet in a form that canvases take. */
export function styleColour(name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  probe.style.setProperty('forced-color-adjust', 'none')
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
