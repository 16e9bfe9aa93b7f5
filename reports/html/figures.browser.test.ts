import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Milestone } from '../../harness/model/milestone.ts'
import type { ProbeSummary, RunRecord } from '../../harness/model/run-record.ts'
import { fakeRun, fakeRunKinds, hostileText } from '../../harness/testing/fake-run.ts'
import { visibleText } from '../model/record.ts'
import { launchChromium } from './chromium/launch-chromium.ts'
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
const words = { pass: 'Pass', unknown: 'Unknown', fail: 'Fail' }

test.each(fakeRunKinds)('%s: verdict, claim, findings and figures are those of the record', async (kind) => {
  const run = fakeRun(kind)
  await using report = await openReport(browser, run)
  const { page } = report
  const { verdict, claim, findings, probes, milestones, injectedAtMs } = run.record
  expect(await textOf(page, 'h1')).toBe(words[verdict ?? 'unknown'])
  expect(await page.title()).toContain(words[verdict ?? 'unknown'])
  if (claim !== null) expect(await textOf(page, '.band-claim')).toBe(visibleText(claim).trim())
  const shown = await page.locator('[data-check] .check-verdict').allInnerTexts()
  expect(shown.toSorted()).toEqual(findings.map((finding) => words[finding.verdict]).toSorted())
  for (const probe of probes) await expectProbe(page, probe)
  if (injectedAtMs !== null) await expectMilestones(page, milestones)
  const pulses = await page
    .locator('[data-pulse]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-pulse')))
  expect(pulses).toEqual((run.record.calibration?.pulses ?? []).map((pulse) => pulse.verdict))
  await expectSteps(page, run.record)
  expect(await page.locator('[data-outage]').count()).toBe(probes.flatMap(({ outages }) => outages).length)
  expect(report.complaints).toEqual([])
})

async function expectProbe(page: Page, probe: ProbeSummary): Promise<void> {
  const texts = await page
    .locator(`[data-probe="${probe.id}"] [data-figure]`)
    .evaluateAll((cells) => cells.map((cell) => [cell.getAttribute('data-figure') ?? '', cell.textContent] as const))
  const cells = Object.fromEntries(texts.map(([name, text]) => [name, plain(text)]))
  for (const name of ['planned', 'sent', 'ok', 'failed', 'unmeasured'] as const) {
    expect(digits(cells[name] ?? ''), `${probe.id} ${name}`).toBe(probe[name])
  }
  expect(Number(/[\d.]+/.exec(cells['coverage'] ?? '')?.[0])).toBeCloseTo(Math.floor(probe.coverage * 10_000) / 100, 5)
  const sum = (key: 'lowerMs' | 'pointMs' | 'upperMs') =>
    probe.outages.reduce((total, outage) => total + outage[key], 0)
  const down = { lower: sum('lowerMs'), point: sum('pointMs'), upper: sum('upperMs') }
  const durations = { ...down, gap: probe.longestGapMs ?? 0, bound: probe.outageBoundMs, ...(probe.latencyMs ?? {}) }
  for (const [name, ms] of Object.entries(durations)) expectClose(cells[name] ?? '', ms)
  expect(cells['point']?.startsWith('≥')).toBe(probe.openAtEnd)
}

async function expectMilestones(page: Page, milestones: readonly Milestone[]): Promise<void> {
  for (const { id, atMs } of milestones) {
    const cells = await page.locator(`[data-milestone="${id}"] td`).allInnerTexts()
    expect(digits(cells[1] ?? '')).toBe(Math.round(atMs))
    expectClose(plain(cells[0] ?? ''), atMs)
  }
}

async function expectSteps(page: Page, { steps }: RunRecord): Promise<void> {
  const beganMs = steps[0]?.fromMs ?? 0
  for (const [index, { fromMs, toMs, status }] of steps.entries()) {
    const [, started = '', took = ''] = await page.locator('.runbook tbody tr').nth(index).locator('td').allInnerTexts()
    expectClose(plain(started), fromMs - beganMs)
    if (status === 'done' && toMs !== null) expectClose(plain(took), toMs - fromMs)
  }
}

/** Shown with three digits, and below 100 ms in whole milliseconds or tenths: right to half of the last digit, or a hundredth. */
function expectClose(text: string, ms: number): void {
  expect(Math.abs(millisecondsOf(text) - ms), `${text} for ${ms} ms`).toBeLessThanOrEqual(
    Math.max(/\d\.\d/.test(text) ? 0.06 : 0.5, ms / 100),
  )
}

/** `1 min 12 s` as milliseconds: a second implementation, so that the page does not vouch for itself. */
function millisecondsOf(text: string): number {
  const units = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 }
  const parts = [...text.matchAll(/([\d.]+) (ms|s|min|h)\b/g)]
  return parts.reduce((total, [, value, unit]) => total + Number(value) * units[unit as keyof typeof units], 0)
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
  expect(text).not.toMatch(/[\u202a-\u202e]|(?![\n\t])\p{Cc}/u)
  expect(hostileText).toMatch(/\u202e/i)
})
