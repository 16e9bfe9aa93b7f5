import type { RunRecord } from '../../harness/model/run-record.ts'
import { formatCounted, formatDuration, keepFigures } from '../model/figures.ts'
import { verdictLook } from '../model/verdict-look.ts'
import { html, type Markup } from '../pages/markup.ts'
import { pageText } from '../pages/page.ts'
import { verdictText } from '../pages/verdict.ts'
import { wordsOf } from '../pages/words.ts'
import { formatFigure } from '../comparison/format-figure.ts'
import { runFigures } from '../comparison/run-figures.ts'
import type { Matrix, MatrixRow } from './merge-runs.ts'

const shown = ['repair', 'failed', 'longest-gap', 'host-factor']
const columns = runFigures.filter(({ id }) => shown.includes(id))

/** One page for all runs of a matrix: what needs a look first, then what ended as expected. */
export function matrixPage(matrix: Matrix): string {
  const { verdict, claim, rows } = matrix
  const open = rows.filter((row) => row.verdict !== 'pass').toSorted((a, b) => rank(a) - rank(b))
  const expected = rows.filter((row) => row.verdict === 'pass')
  const { word, glyph } = verdictLook(verdict)
  return pageText({
    title: `${glyph} ${word}: matrix · drill`,
    about: `matrix of drills, ${period(rows)}`,
    ...{ verdict, heading: word },
    claim: `${claim}.`,
    sections: [
      ...(open.length === 0 ? [] : [section('What needs a look', open)]),
      ...(expected.length === 0 ? [] : [section('Ended as expected', expected)]),
      versionsSection(rows),
    ],
    foot: 'The worst row is the verdict. A drill of the matrix without a run is unknown. A run that its scenario makes fail or refuse has ended as expected when it does.',
  })
}

/** What failed first, then what was seen to be unknown, then what was not seen at all. */
const rank = ({ verdict, state }: MatrixRow) => (verdict === 'fail' ? 0 : state === 'missing' ? 2 : 1)

const recordsOf = (rows: readonly MatrixRow[]) => rows.flatMap(({ run }) => (run === null ? [] : [run.record]))

function period(rows: readonly MatrixRow[]): string {
  const days = recordsOf(rows)
    .map(({ startedAt }) => startedAt.slice(0, 16).replace('T', ' '))
    .toSorted()
  return days.length === 0 ? 'no run' : `${days[0] ?? ''} to ${days.at(-1) ?? ''} UTC`
}

function section(title: string, rows: readonly MatrixRow[]): Markup {
  return html`<section>
    <h2>${title}</h2>
    <div class="table" tabindex="0" role="region" aria-label="${title}">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">Drill</th>
            <th scope="col">Outcome</th>
            ${columns.map((column) => html`<th scope="col" class="number">${column.title}</th>`)}
            <th scope="col">What was found</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(rowMarkup)}
        </tbody>
      </table>
    </div>
  </section>`
}

function rowMarkup({ state, drill, title, isExpected, verdict, summary, run }: MatrixRow): Markup {
  const word = { run: verdictLook(verdict).word, missing: 'No run', unreadable: 'Not readable' }[state]
  const name = run?.href == null ? wordsOf(drill) : html`<a href="${run.href}">${wordsOf(drill)}</a>`
  const about = state === 'run' && !isExpected ? 'not in the matrix' : title
  return html`<tr>
    <th scope="row" class="wide">${name}<small>${about}</small></th>
    <td>${verdictText(verdict, word)}</td>
    ${columns.map((column) => figureCell(column, run?.record))}
    <td class="wide">${keepFigures(summary)}</td>
  </tr>`
}

function figureCell({ title, unit, valueOf, budgetOf }: (typeof columns)[number], record?: RunRecord): Markup {
  const value = record === undefined ? null : valueOf(record)
  if (record === undefined || value === null) return html`<td class="number"></td>`
  const budget = budgetOf?.(record) ?? null
  const over = budget !== null && value > budget
  const allowed = unit === 'ms' && budget !== null ? html`<small>budget ${formatDuration(budget)}</small>` : null
  return html`<td class="number${over ? ' over' : ''}" data-label="${title}">
    ${formatFigure(unit, value)}${allowed}
  </td>`
}

/** What the runs ran with; where they differ, the number of runs of each. */
function versionsSection(rows: readonly MatrixRow[]): Markup {
  const records = recordsOf(rows)
  const names = [...new Set(records.flatMap(({ versions }) => Object.keys(versions)))]
  const items = names.map((name) => {
    const byVersion = Map.groupBy(records, ({ versions }) => versions[name] ?? 'not known')
    const text = [...byVersion].map(([version, of]) =>
      byVersion.size === 1 ? version : `${version} (${formatCounted(of.length, 'run')})`,
    )
    return html`<tr>
      <th scope="row">${name}</th>
      <td>${text.join(', ')}</td>
    </tr>`
  })
  if (items.length === 0) return html``
  return html`<section>
    <h2>Versions</h2>
    <div class="table">
      <table>
        <tbody>
          ${items}
        </tbody>
      </table>
    </div>
  </section>`
}
