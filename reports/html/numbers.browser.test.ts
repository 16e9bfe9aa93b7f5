import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { count, duration, percent } from '../../harness/model/format.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { RunView } from '../../harness/model/run-view.ts'
import { loadRun } from '../../harness/store/load-run.ts'
import { fakeRun } from '../../harness/testing/fake-run.ts'
import { launchChromium } from './chromium/launch-chromium.ts'
import { openEverything, openReport } from './testing/open-report.ts'
import { pageText } from './testing/page-text.ts'

const stored = fileURLToPath(new URL('../../harness/testing/testdata/lost-pki', import.meta.url))

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

/** What is shown nowhere as a number on purpose, by a pattern of its path in run.json. */
const unshown: Readonly<Record<string, string>> = {
  '^probers?(\\.\\d+)?\\.cpuMs$': 'its share of a core is shown',
  '^probes\\.\\d+\\.outageBoundAtMs$': 'where the longest possible outage lies; its length is shown',
}

function numbersIn(value: unknown, path: readonly string[] = []): readonly (readonly [path: string, value: number])[] {
  if (typeof value === 'number') return [[path.join('.'), value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, [...path, key]))
}

/** The ways in which a page may write a number: as it is, counted, as a time, a share, a factor, or from one of the zeros. */
function writings(value: number, { injectedAtMs, steps }: RunRecord): readonly string[] {
  const zeros = [0, injectedAtMs ?? 0, steps[0]?.fromMs ?? 0]
  const isWhole = Number.isInteger(value)
  return [
    ...(isWhole ? [String(value), count(value)] : [value.toFixed(1), value.toFixed(2), value.toFixed(3)]),
    ...(value > 0 && value < 1 ? [percent(value)] : []),
    ...(value > 2 ** 30 ? [(value / 2 ** 30).toFixed(1)] : []),
    ...(value < 1000 ? [duration(value * 1000)] : []),
    ...zeros.map((zero) => duration(value - zero)),
  ]
}

const isIn = (text: string) => (written: string) =>
  new RegExp(`(?<![\\d.,])${written.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\d]|[.,]\\d)`).test(text)

/** The numbers of the record that the page has in none of the ways, with their paths. */
function missingIn(text: string, record: RunRecord, change = (value: number) => value): readonly string[] {
  const patterns = Object.keys(unshown).map((pattern) => new RegExp(pattern))
  return numbersIn(record)
    .filter(([path]) => !patterns.some((pattern) => pattern.test(path)))
    .filter(([, value]) => !writings(change(value), record).some(isIn(text)))
    .map(([path, value]) => `${path}: ${value}`)
}

async function textOf(run: RunView): Promise<string> {
  await using report = await openReport(browser, run)
  await openEverything(report.page)
  await report.page.getByRole('button', { name: 'Whole run' }).click()
  return await pageText(report.page)
}

test('every number of the record of a stored real run is in the page, but for what is left out on purpose', async () => {
  const run = await loadRun(stored)
  const text = await textOf(run)
  expect(missingIn(text, run.record)).toEqual([])
  // And this can fail: most numbers that are a little different are not found.
  const wrong = missingIn(text, run.record, (value) => value * 1.37 + 0.011)
  expect(wrong.length).toBeGreaterThan(numbersIn(run.record).length / 2)
})

test.each(['outage', 'refused', 'unknown'] as const)('every number of the record is in the page: %s', async (kind) => {
  const run = fakeRun(kind)
  expect(missingIn(await textOf(run), run.record)).toEqual([])
})
