import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeRun, fakeRunKinds, hostileText } from '../../harness/testing/fake-run.ts'
import { visibleText } from '../model/visible-text.ts'
import { launchChromium } from './chromium.ts'
import { openReport } from './testing/open-report.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

/** The text of an element as a reader reads it. */
const textOf = async (page: Page, selector: string) => plain(await page.locator(selector).first().innerText())
const plain = (text: string) => text.replaceAll('\u00A0', ' ').trim()
const digits = (text: string) => Number(text.replaceAll(/[^\d]/g, ''))

/** `1 min 12 s` as milliseconds: written anew, so that it is not the page that vouches for the page. */
function millisecondsOf(text: string): number {
  const units = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 }
  return [...text.matchAll(/([\d.]+) (ms|s|min|h)\b/g)].reduce(
    (sum, [, value, unit]) => sum + Number(value) * units[unit as keyof typeof units],
    0,
  )
}

test.each(fakeRunKinds)('%s: verdict, claim and findings, and nothing to complain about', async (kind) => {
  const run = fakeRun(kind)
  await using report = await openReport(browser, run)
  const { page } = report
  const words = { pass: 'Pass', unknown: 'Unknown', fail: 'Fail' }
  expect(await textOf(page, 'h1')).toBe(words[run.record.verdict ?? 'unknown'])
  expect(await page.title()).toContain(words[run.record.verdict ?? 'unknown'])
  if (run.record.claim !== null)
    expect(await textOf(page, '.band-claim')).toBe(visibleText(run.record.claim).trim().replaceAll(/ {2,}/g, ' '))
  expect(await page.locator('[data-check]').count()).toBe(run.record.findings.length)
  for (const { id, verdict } of run.record.findings) {
    expect(await page.locator(`[data-check="${CSS(id)}"] .check-verdict`).innerText()).toBe(words[verdict])
  }
  expect(report.complaints).toEqual([])
})

const CSS = (text: string) => visibleText(text).replaceAll(/["\\]/g, String.raw`\$&`)

test.each(['pass', 'outage', 'open-at-end', 'unknown'] as const)(
  '%s: the figures are those of the record',
  async (kind) => {
    const { record, ...rest } = fakeRun(kind)
    await using report = await openReport(browser, { record, ...rest })
    const { page } = report
    for (const probe of record.probes) {
      const cell = (name: string) => textOf(page, `[data-probe="${probe.id}"] [data-figure="${name}"]`)
      for (const name of ['planned', 'sent', 'ok', 'failed', 'unmeasured'] as const)
        expect(digits(await cell(name)), `${probe.id} ${name}`).toBe(probe[name])
      expect(Number.parseFloat(await cell('coverage'))).toBeCloseTo(Math.floor(probe.coverage * 10_000) / 100, 5)
      const sum = (key: 'lowerMs' | 'pointMs' | 'upperMs') =>
        probe.outages.reduce((total, outage) => total + outage[key], 0)
      const durations = {
        lower: sum('lowerMs'),
        point: sum('pointMs'),
        upper: sum('upperMs'),
        gap: probe.longestGapMs ?? 0,
        p50: probe.latencyMs?.p50 ?? 0,
        p99: probe.latencyMs?.p99 ?? 0,
        max: probe.latencyMs?.max ?? 0,
      }
      for (const [name, ms] of Object.entries(durations)) expectClose(await cell(name), ms)
      expect((await cell('point')).startsWith('≥')).toBe(probe.openAtEnd)
    }
    for (const [name, ms] of Object.entries(record.milestones)) {
      const cells = await page.locator(`[data-milestone="${name}"] td`).allInnerTexts()
      expect(digits(cells[1] ?? '')).toBe(Math.round(ms ?? 0))
      expectClose(plain(cells[0] ?? ''), ms ?? 0)
    }
    expect(await page.locator('[data-outage]').count()).toBe(record.probes.flatMap(({ outages }) => outages).length)
  },
)

/** Shown with three digits: right to a hundredth. */
function expectClose(text: string, ms: number): void {
  expect(Math.abs(millisecondsOf(text) - ms), `${text} for ${ms} ms`).toBeLessThanOrEqual(Math.max(0.06, ms / 100))
}

test('the samples that can be saved are all of them, and the record is the record', async () => {
  const { record, ...rest } = fakeRun('outage')
  await using report = await openReport(browser, { record, ...rest })
  const saved = async (name: RegExp) => {
    const [download] = await Promise.all([
      report.page.waitForEvent('download'),
      report.page.getByRole('button', { name }).click(),
    ])
    const chunks: Buffer[] = []
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString('utf8')
  }
  const rows = (await saved(/^Samples as CSV/)).trimEnd().split('\n').slice(1)
  const failed = (id: string) => rows.filter((row) => row.startsWith(`${id},`) && row.includes(',failed,')).length
  expect(rows).toHaveLength(record.probes.reduce((sum, { planned }) => sum + planned, 0))
  for (const { id, failed: expected } of record.probes) expect(failed(id)).toBe(expected)
  expect(JSON.parse(await saved(/^Record as JSON/))).toEqual(record)
  expect(report.complaints).toEqual([])
})

test('hostile strings are text: no element, no script, no direction of their own', async () => {
  await using report = await openReport(browser, fakeRun('hostile'))
  const { page } = report
  expect(await page.locator('img').count()).toBe(0)
  expect(await page.locator('script[type="module"]').count()).toBe(1)
  const text = await page.locator('body').innerText()
  expect(text).toContain('<img src=x onerror=alert(1)>')
  expect(text).toContain('$& $1 %%RUN%%')
  expect(text).not.toMatch(/[\u202a-\u202e\u0000\u001b]/)
  expect(hostileText).toMatch(/\u202e/i)
})
