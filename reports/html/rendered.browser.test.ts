import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadRun } from '../../harness/store/load-run.ts'
import { fakeRun, hostileText } from '../../harness/testing/fake-run.ts'
import { reportEvidence } from '../../harness/testing/report-evidence.ts'
import { withHostileText } from '../../harness/testing/hostile-text.ts'
import { launchChromium } from './chromium/launch-chromium.ts'
import { openEverything, openReport } from './testing/open-report.ts'
import { pageText } from './testing/page-text.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const stored = `${root}harness/testing/testdata/lost-pki`

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

/** What is rendered nowhere on purpose, by a pattern of its path in run.json. */
const unrendered: Readonly<Record<string, string>> = {
  '^stage$': 'says only which command wrote the record',
  '^(phases|losses)\\.\\d+\\.id$': 'the title is shown',
  '^(startedAt|finishedAt)$': 'shown as a date that people read',
  '^expects\\.refused$': 'part of a sentence',
  '^git\\.commit$': 'its first 12 characters are shown',
  '^plan\\.\\d+\\.actions\\.\\d+\\.(action|node)$': 'actions with the same verb share a line; actionLines has tests',
  '\\.status$': 'a bar, and a word where it is not done',
  '^(verdict|findings\\.\\d+\\.verdict)$': 'the word of a verdict is capitalized',
  '^result\\.(outcome|left\\.\\d+\\.kind|rejectedClients\\.state|lostTrust\\.(state|found\\.\\d+\\.lost))$': 'in words',
  '^result\\.backups\\.\\d+\\.files\\.\\d+$': 'counted; the list of backed-up files has each',
}

function textsIn(value: unknown, path: readonly string[] = []): readonly (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return value === '' ? [] : [[path.join('.'), value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...path, key]))
}

test('every text of the record is in the page, but for what is left out on purpose', async () => {
  const run = await loadRun(stored)
  await using report = await openReport(browser, run)
  await openEverything(report.page)
  await report.page.getByRole('button', { name: 'Whole run' }).click()
  const text = await pageText(report.page)
  const patterns = Object.keys(unrendered).map((pattern) => new RegExp(pattern))
  const missing = textsIn(run.record)
    .filter(([path, value]) => !patterns.some((pattern) => pattern.test(path)) && !text.includes(value))
    .map(([path, value]) => `${path}: ${value}`)
  expect(missing).toEqual([])
  expect(report.complaints).toEqual([])
})

/** The types that the sources put into a journal. */
function eventTypes(): readonly string[] {
  const files = globSync('{lib,harness,scenarios}/**/*.ts', { cwd: root }).filter((path) => !path.includes('.test.'))
  const found = files.flatMap((file) =>
    [...readFileSync(`${root}${file}`, 'utf8').matchAll(/type: '([a-z-]+\.[a-z-]+)'/g)].map(([, type = '']) => type),
  )
  return [...new Set(found)].toSorted()
}

test('every type of event is in the page with everything that it has', async () => {
  const types = eventTypes()
  expect(types.length).toBeGreaterThan(50)
  const events = types.map((type, seq) => ({
    ...{ seq, atMs: 70_000 + seq, type },
    ...{ node: `node-${seq}`, command: `command-${seq}`, exitCode: seq, durationMs: seq },
    ...(type === 'command.finished' ? {} : { details: [`line-${seq}`, { deep: `deep-${seq}` }] }),
  }))
  await using report = await openReport(browser, { ...fakeRun('pass', { samples: 100 }), events })
  await openEverything(report.page)
  const rows = await report.page.locator('#journal [data-event]').allInnerTexts()
  expect(rows).toHaveLength(types.length)
  for (const [seq, type] of types.entries()) {
    const marks = type === 'command.finished' ? [] : [`line-${seq}`, `deep-${seq}`]
    for (const mark of [type, `node-${seq}`, `command-${seq}`, ...marks]) expect(rows[seq]).toContain(mark)
  }
  expect(report.complaints).toEqual([])
})

test('every piece of evidence of a stored real run is in the page, to the last value', async () => {
  const run = await loadRun(stored)
  await using report = await openReport(browser, run)
  await openEverything(report.page)
  for (const [name, value] of Object.entries(run.evidence)) {
    const shown = await report.page.locator(`[data-evidence="${name}"] pre`).textContent()
    expect(JSON.parse(shown ?? ''), name).toEqual(value)
  }
  expect(report.complaints).toEqual([])
})

test('what is recorded for the report alone is drawn: who signed what, and every second of CPU pressure', async () => {
  await using report = await openReport(browser, fakeRun('pass'))
  const { page } = report
  await page.getByRole('button', { name: 'Whole run' }).click()
  const { machines } = reportEvidence['certificates-settled']
  const picture = await page.locator('#pki').innerText()
  for (const { subject, keyId, path, signedBy, validTo } of machines.flatMap(({ certificates }) => certificates)) {
    const shown = [subject, signedBy?.slice(0, 8) ?? '', path.replace('/etc/kubernetes/', ''), validTo.slice(0, 10)]
    for (const text of path.endsWith('/ca.crt') ? [...shown, keyId.slice(0, 8)] : shown) expect(picture).toContain(text)
  }
  const seconds = page.locator('[data-lane="cpu-pressure"] .curve')
  expect(await seconds.count()).toBe(reportEvidence['cpu-pressure'].samples.length)
  await page.locator('[data-bar="pressed-0"]').focus()
  await page.keyboard.press('Enter')
  expect(await page.locator('.moment-ran').innerText()).toMatch(
    /waited for a core in 87.30.% of that time; 99.10.% of all/,
  )
  expect(await page.locator('#conditions').innerText()).toMatch(/12.34.% of a typical second and 87.30.% of the worst/)
  expect(report.complaints).toEqual([])
})

test('hostile text in every string: no element, no script, no direction of its own', async () => {
  const { record, series, ...details } = fakeRun('outage', { samples: 2000 })
  const run = {
    ...withHostileText({ record, ...details }),
    series: series.map((path) => ({
      ...path,
      title: hostileText,
      target: hostileText,
      errors: path.errors.map(() => hostileText),
    })),
  }
  await using report = await openReport(browser, run)
  await openEverything(report.page)
  await report.page.locator('.bar-outage').first().click()
  const [images, scripts, text] = await report.page.evaluate(
    () => [document.images.length, document.scripts.length, document.body.innerText] as const,
  )
  expect([images, scripts]).toEqual([0, 1])
  expect(text).not.toMatch(/[\u202a-\u202e]|(?![\n\t])\p{Cc}/u)
  expect(text.split('$& $1 %%RUN%%').length).toBeGreaterThan(500)
  expect(report.complaints).toEqual([])
})
