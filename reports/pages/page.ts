import { createHash } from 'node:crypto'
import type { Verdict } from '../../harness/model/run-record.ts'
import { html, type Markup } from './markup.ts'
import { style } from './style.ts'
import { verdictSign } from './verdict.ts'

export interface Page {
  /** Of the tab. */
  readonly title: string
  /** What the page is about, above the heading. */
  readonly about: string
  /** Colours the head; null where there is nothing to judge. */
  readonly verdict: Verdict | null
  readonly heading: string
  /** One or two sentences. */
  readonly claim: string
  readonly sections: readonly Markup[]
  readonly foot: string
}

/** The icon of the tab: the line of a heartbeat, as in a run's own report. */
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 9h3l2-6 3 10 2-6 1 2h3' fill='none' stroke='%23808890' stroke-width='2'/%3E%3C/svg%3E"

/** Not from a template, whose white space would not be that of the hash. */
const styleElement: Markup = { markup: `<style>${style}</style>` }

/** A whole page in one file: no script, no request, and a Content Security Policy that allows nothing but its own style. */
export function pageText({ title, about, verdict, heading, claim, sections, foot }: Page): string {
  const styleHash = createHash('sha256').update(style).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'`
  const body = html`<body>
    <header class="band band-${verdict ?? 'none'}">
      <div class="inner">
        <p class="band-top"><strong>drill</strong>${about}</p>
        <h1>${verdict === null ? null : verdictSign(verdict)}${heading}</h1>
        <p class="band-claim">${claim}</p>
      </div>
    </header>
    <main class="inner">${sections}</main>
    <footer><div class="inner">${foot}</div></footer>
  </body>`
  const head = html`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>
    <link rel="icon" href="${icon}" />
    ${styleElement}
  </head>`
  return `<!doctype html>\n<html lang="en">\n${head.markup}\n${body.markup}\n</html>\n`
}
