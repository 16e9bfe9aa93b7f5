import { html, type Markup } from '../pages/markup.ts'
import { formatFigure } from '../comparison/format-figure.ts'
import type { Typical } from './outliers.ts'
import type { Night, Trend } from './trends.ts'

const width = 360
const height = 116
const [top, bottom, side] = [10, 16, 8]

/** Where a chart puts its nights and values. */
interface Scale {
  readonly max: number
  readonly x: (index: number) => number
  readonly y: (value: number) => number
}

/** A point for each night that measured the figure, on a band of what is usual, below the budget of its night. */
export function trendChart(trend: Trend, nights: readonly Night[]): Markup {
  const { title, unit, values, budgets, typical } = trend
  const scale = scaleOf(trend)
  const text = (value: number | null) => (value === null ? 'not known' : formatFigure(unit, value))
  const [last, budget] = [text(values.at(-1) ?? null), budgets.at(-1) ?? null]
  const day = (index: number) => nights.at(index)?.startedAt.slice(0, 10) ?? ''
  return html`<figure class="chart">
    <div class="chart-head">
      <h3>${title}</h3>
      <p>${last}${budget === null ? '' : `, budget ${text(budget)}`}</p>
    </div>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}, last: ${last}">
      ${typical === undefined || typical.to > scale.max ? null : typicalBand(typical, scale)}
      <line class="chart-base" x1="0" x2="${width}" y1="${height - bottom}" y2="${height - bottom}" />
      ${changeLines(nights, scale)} ${budgetLine(budgets, scale)}
      <path class="chart-line" d="${lineThrough(values, scale)}" />
      ${nights.map((night, index) => point(trend, night, index, scale))}
      <text x="0" y="${height - 4}">${day(0)}</text>
      <text x="${width}" y="${height - 4}" text-anchor="end">${day(-1)}</text>
    </svg>
    <figcaption>${usualText(trend)}</figcaption>
  </figure>`
}

/** From 0 to the highest value, and to budget and usual range unless they are so far above that all values would lie at the bottom. */
function scaleOf({ values, budgets, typical }: Trend): Scale {
  const highest = Math.max(...values.map((value) => value ?? 0))
  const near = [...budgets, typical?.to ?? null].map((value) => ((value ?? 0) <= 3 * highest ? (value ?? 0) : 0))
  const max = Math.max(highest, ...near, 1e-9) * 1.08
  return {
    max,
    x: (index) => side + ((index + 0.5) * (width - 2 * side)) / values.length,
    y: (value) => height - bottom - (Math.max(0, value) / max) * (height - top - bottom),
  }
}

/** `usually 31 s, 29 s to 33 s`, or why that is not known. */
export function usualText({ typical, unit }: Pick<Trend, 'typical' | 'unit'>): string {
  if (typical === undefined) return 'too few nights to say what is usual'
  const text = (value: number) => formatFigure(unit, Math.max(0, value))
  return `usually ${text(typical.median)}, ${text(typical.from)} to ${text(typical.to)}`
}

function typicalBand(typical: Typical, { y }: Scale): Markup {
  const [from, to] = [y(typical.to), y(typical.from)]
  return html`<rect
    class="chart-typical"
    x="0"
    width="${width}"
    y="${round(from)}"
    height="${round(Math.max(1, to - from))}"
  />`
}

function changeLines(nights: readonly Night[], { x }: Scale): readonly Markup[] {
  return nights.flatMap(({ changed }, index) => {
    if (changed.length === 0) return []
    const at = round((x(index) + x(index - 1)) / 2)
    return [html`<line class="chart-change" x1="${at}" x2="${at}" y1="${top / 2}" y2="${height - bottom}" />`]
  })
}

function budgetLine(budgets: Trend['budgets'], scale: Scale): Markup | null {
  const within = budgets.map((budget) => (budget !== null && budget <= scale.max ? budget : null))
  const isVisible = within.some((budget) => budget !== null && budget > 0)
  return isVisible ? html`<path class="chart-budget" fill="none" d="${lineThrough(within, scale)}" />` : null
}

/** A path through the values that are known; it is broken where one is not. */
function lineThrough(values: Trend['values'], { x, y }: Scale): string {
  return values
    .flatMap((value, index) => {
      const before = values[index - 1] ?? null
      return value === null ? [] : [`${before === null ? 'M' : 'L'}${round(x(index))} ${round(y(value))}`]
    })
    .join('')
}

/** By the outcome of its night, told apart by shape as well; a ring around an outlier. */
function point({ unit, values, outliers }: Trend, night: Night, index: number, { x, y }: Scale): Markup {
  const value = values[index] ?? null
  if (value === null) return html``
  const at = html`x="${round(x(index))}" y="${round(y(value))}"`
  const outlier = outliers[index] ?? null
  const what = `${night.startedAt.slice(0, 16).replace('T', ' ')}: ${formatFigure(unit, value)}, ${night.verdict}`
  return html`<g>
    <title>${what}${outlier === null ? '' : `, unusually ${outlier}`}</title>
    <use href="#dot-${night.verdict}" ${at} />
    ${outlier === null ? null : html`<use href="#ring" ${at} />`}
  </g>`
}

/** The points of all charts, drawn once: a long history has thousands of them. */
export const chartSigns = html`<svg class="signs" aria-hidden="true">
  <defs>
    <circle id="dot-pass" class="dot dot-pass" r="1.8" />
    <path id="dot-fail" class="dot dot-fail" d="M-3.5-3.5l7 7M3.5-3.5l-7 7" />
    <path id="dot-unknown" class="dot dot-unknown" d="M0-4.500l4.500 4.500l-4.500 4.500l-4.500-4.500z" />
    <circle id="ring" class="dot-outlier" r="7" />
  </defs>
</svg>`

const round = (n: number) => Math.round(n * 10) / 10
