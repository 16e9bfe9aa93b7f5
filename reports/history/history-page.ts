import { formatCounted, keepFigures } from '../model/figures.ts'
import { html, type Markup } from '../pages/markup.ts'
import { pageText } from '../pages/page.ts'
import { verdictText } from '../pages/verdict.ts'
import { wordsOf } from '../pages/words.ts'
import { formatFigure } from '../comparison/format-figure.ts'
import type { Change } from '../comparison/settings.ts'
import type { UnreadableRun } from '../comparison/stored-run.ts'
import { leastNights } from './outliers.ts'
import { chartSigns, trendChart, usualText } from './trend-chart.ts'
import { outliersOf, type Night, type Series } from './trends.ts'

/** One page with the trend of every drill: an overview, then each drill with its charts, changes and nights. */
export function historyPage(series: readonly Series[], unreadable: readonly UnreadableRun[]): string {
  return pageText({
    title: 'History of drills · drill',
    about: 'history of drills',
    ...{ verdict: null, heading: 'History' },
    claim: claimOf(series),
    sections: [
      overview(series),
      ...(unreadable.length === 0 ? [] : [unreadableSection(unreadable)]),
      legend,
      ...series.map(seriesSection),
    ],
    foot: 'Fixed budgets decide whether a night passed. The trend only flags what is unusual for a drill; a flag is no verdict.',
  })
}

function claimOf(series: readonly Series[]): string {
  const nights = series.reduce((sum, one) => sum + one.nights.length, 0)
  const last = series.flatMap((one) => one.nights.at(-1) ?? [])
  const bad = last.filter(({ verdict }) => verdict !== 'pass').length
  const unusual = series.filter((one) => outliersOf(one).length > 0).length
  return keepFigures(
    `${formatCounted(nights, 'run')} of ${formatCounted(series.length, 'drill')}. Of the last run of each, ${bad === 0 ? 'every one ended as expected' : `${bad} did not end as expected`}; ${unusual === 0 ? 'none is unusual' : `${formatCounted(unusual, 'drill')} had a figure that is unusual for it`}.`,
  )
}

const day = (startedAt: string) => startedAt.slice(0, 10)
const anchor = (index: number) => `drill-${index + 1}`

function overview(series: readonly Series[]): Markup {
  return html`<section>
    <h2>Last run of each drill</h2>
    <div class="table" tabindex="0" role="region" aria-label="Last run of each drill">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">Drill</th>
            <th scope="col">Last</th>
            <th scope="col">As expected</th>
            <th scope="col">Repair took</th>
            <th scope="col">Longest gap</th>
            <th scope="col">Unusual in the last run</th>
          </tr>
        </thead>
        <tbody>
          ${series.map(overviewRow)}
        </tbody>
      </table>
    </div>
  </section>`
}

function overviewRow(series: Series, index: number): Markup {
  const { drill, nights, trends } = series
  const last = nights.at(-1)
  if (last === undefined) return html``
  const passed = nights.filter(({ verdict }) => verdict === 'pass').length
  const cell = (id: string) => {
    const trend = trends.find((one) => one.id === id)
    const value = trend?.values.at(-1) ?? null
    if (trend === undefined || value === null) return html`<td></td>`
    return html`<td data-label="${trend.title}">
      ${formatFigure(trend.unit, value)}<small class="usual">${usualText(trend)}</small>
    </td>`
  }
  const flags = outliersOf(series).map(
    ({ title, outliers, unit, values }) =>
      html`<span class="flag"
          >${title}: ${formatFigure(unit, values.at(-1) ?? 0)}, unusually ${outliers.at(-1) ?? ''}</span
        ><br />`,
  )
  return html`<tr>
    <th scope="row" class="wide"><a href="#${anchor(index)}">${wordsOf(drill)}</a></th>
    <td>${verdictText(last.verdict)}<small>${day(last.startedAt)}</small></td>
    <td data-label="As expected">${passed} of ${nights.length}</td>
    ${cell('repair')}${cell('longest-gap')}
    <td>${flags}</td>
  </tr>`
}

function unreadableSection(unreadable: readonly UnreadableRun[]): Markup {
  return html`<section>
    <h2>Runs that cannot be read</h2>
    <ul class="note">
      ${unreadable.map(({ directory, reason }) => html`<li><code>${directory}</code>: ${reason}</li>`)}
    </ul>
  </section>`
}

const legend = html`<section>
  ${chartSigns}
  <h2>Trends</h2>
  <p class="legend">
    <span
      ><svg viewBox="-12 -8 24 16" aria-hidden="true"><use href="#dot-pass" /></svg>ended as expected</span
    >
    <span
      ><svg viewBox="-12 -8 24 16" aria-hidden="true"><use href="#dot-fail" /></svg>failed</span
    >
    <span
      ><svg viewBox="-12 -8 24 16" aria-hidden="true"><use href="#dot-unknown" /></svg>unknown</span
    >
    <span
      ><svg viewBox="-12 -8 24 16" aria-hidden="true"><use href="#ring" /></svg>unusual: more than 3 spreads from the
      median</span
    >
    <span
      ><svg viewBox="0 0 24 14" aria-hidden="true"><line class="chart-budget" x1="0" x2="24" y1="7" y2="7" /></svg
      >budget on that host</span
    >
    <span
      ><svg viewBox="0 0 24 14" aria-hidden="true"><rect class="chart-typical" width="24" height="14" /></svg>usual,
      from ${leastNights} runs on</span
    >
    <span
      ><svg viewBox="0 0 24 14" aria-hidden="true"><line class="chart-change" x1="12" x2="12" y1="0" y2="14" /></svg>a
      version, an image or the host changed</span
    >
  </p>
</section>`

function seriesSection({ drill, topology, nights, trends }: Series, index: number): Markup {
  const changes = nights.filter(({ changed }) => changed.length > 0)
  const machines = `${formatCounted(topology.controlPlanes, 'control plane')}, ${formatCounted(topology.workers, 'worker')}`
  return html`<section class="card" id="${anchor(index)}">
    <div class="card-head">
      <h2>${wordsOf(drill)}</h2>
      <p>${machines}, ${formatCounted(nights.length, 'run')}</p>
    </div>
    <div class="charts">${trends.map((trend) => trendChart(trend, nights))}</div>
    ${
      changes.length > 0 &&
      html`<details>
        <summary>What changed between the runs</summary>
        <ul class="changes">
          ${changes.map(changeItem)}
        </ul>
      </details>`
    }
    <details>
      <summary>Every run</summary>
      <div class="table" tabindex="0" role="region" aria-label="Runs of ${drill}">
        <table>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Outcome</th>
              ${trends.map(({ title }) => html`<th scope="col" class="number">${title}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${nights.map((night, at) => nightRow(night, at, trends)).toReversed()}
          </tbody>
        </table>
      </div>
    </details>
  </section>`
}

function changeItem({ startedAt, changed }: Night): Markup {
  const text = ({ name, before, after }: Change) => `${name}: ${before ?? 'none'} → ${after ?? 'none'}`
  return html`<li><time datetime="${startedAt}">${day(startedAt)}</time>${changed.map(text).join('; ')}</li>`
}

function nightRow({ id, href, verdict, summary }: Night, at: number, trends: Series['trends']): Markup {
  const name = href === null ? html`${id}` : html`<a href="${href}">${id}</a>`
  const cells = trends.map(({ unit, values, outliers, budgets }) => {
    const value = values[at] ?? null
    if (value === null) return html`<td class="number"></td>`
    const budget = budgets[at] ?? null
    const mark = budget !== null && value > budget ? ' over' : (outliers[at] ?? null) === null ? '' : ' flag'
    return html`<td class="number${mark}">${formatFigure(unit, value)}</td>`
  })
  return html`<tr>
    <th scope="row">${name}${verdict === 'pass' ? null : html`<small>${keepFigures(summary)}</small>`}</th>
    <td>${verdictText(verdict)}</td>
    ${cells}
  </tr>`
}
