import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { packageFile } from '../../harness/host/package/package-files.ts'
import type { RunView } from '../../harness/model/run-view.ts'
import { runClaim, visibleText } from '../model/record.ts'
import { verdictLook } from '../model/verdict-look.ts'
import type { Reporter } from '../reporter.ts'
import { packSeries } from './pack-series.ts'
import type { Details, Payload } from './payload.ts'

/** Built from app/ by `npm run build:report`; a test compares it with its sources. */
export const templatePath = packageFile('reports/html/template.html')

/** `index.html`: a self-contained page with all samples, the journal and the evidence of the run. */
export const htmlReporter: Reporter = {
  id: 'html',
  render: (run) => [{ path: 'index.html', content: fillTemplate(readFileSync(templatePath, 'utf8'), run) }],
}

/** The page of a run. All placeholders are filled in one pass, so that data that looks like a placeholder stays data. */
export function fillTemplate(template: string, run: RunView): string {
  const { record } = run
  const { heads, bytes } = packSeries(run.series)
  const { word, glyph } = verdictLook(record.verdict)
  const payload: Payload = { record, series: heads, ...(run.control ? { control: run.control } : {}) }
  const details: Details = { events: run.events, evidence: run.evidence }
  const parts: Readonly<Record<string, string>> = {
    TITLE: htmlText(`${glyph} ${word}: ${record.scenario.id} · drill`),
    SUMMARY: htmlText(`${word}. ${runClaim(record)}`),
    RUN: scriptJson(JSON.stringify(payload)),
    DETAILS: packed(JSON.stringify(details)),
    SAMPLES: packed(bytes),
  }
  return template.replaceAll(/%%([A-Z]+)%%/g, (marker, name: string) => parts[name] ?? marker)
}

const packed = (data: string | Uint8Array) => gzipSync(data, { level: 6 }).toString('base64')

/** JSON that cannot end the script element that holds it. */
const scriptJson = (json: string) =>
  json
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`)

const htmlText = (text: string) =>
  visibleText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
