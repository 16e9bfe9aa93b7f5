import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeRun } from '../../harness/testing/fake-run.ts'
import { launchChromium } from './chromium/launch-chromium.ts'
import { openEverything, openReport } from './testing/open-report.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

async function violations(page: Page): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
  const { violations: found } = await axe.analyze()
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ target }) => target.join(' '))
        .slice(0, 3)
        .join(', ')}`,
  )
}

test.each([{ colorScheme: 'light' }, { colorScheme: 'dark' }, { forcedColors: 'active' }] as const)(
  'axe finds nothing: fail with all opened, %o',
  async (media) => {
    await using report = await openReport(browser, fakeRun('outage'), media)
    await openEverything(report.page)
    await report.page.locator('.bar-outage').first().click()
    expect(await violations(report.page)).toEqual([])
  },
)

test.each([
  ['unknown', 'dark'],
  ['failing-repair', 'light'],
] as const)(
  'axe finds nothing: %s, in %s, on a phone, where nothing is wider than the page',
  async (kind, colorScheme) => {
    await using report = await openReport(browser, fakeRun(kind), {
      colorScheme,
      viewport: { width: 360, height: 800 },
    })
    expect(await violations(report.page)).toEqual([])
    await openEverything(report.page)
    expect(await report.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  },
)

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
const ticksOf = (page: Page) => page.locator('.lane-axis').first().textContent()

test('every outage can be reached, read and zoomed to with the keyboard alone', async () => {
  await using report = await openReport(browser, fakeRun('outage'))
  const { page } = report
  for (let tabs = 0; tabs < 40 && !(await focused(page)).startsWith('Phase:'); tabs++) await page.keyboard.press('Tab')
  expect(await focused(page)).toMatch(/^Phase: /)
  for (let downs = 0; downs < 6 && !(await focused(page)).includes('down '); downs++) {
    await page.keyboard.press('ArrowDown')
  }
  const seen = new Set<string>()
  for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'Home']) {
    await page.keyboard.press(key)
    seen.add(await focused(page))
  }
  expect(seen.size).toBe(3)
  expect(await focused(page)).toMatch(/^ClusterIP, new connection: down 1\.20\ss /)
  expect(await page.locator('.readout').textContent()).toBe(await focused(page))
  const before = await ticksOf(page)
  await page.keyboard.press('Enter')
  await expect.poll(() => ticksOf(page)).not.toBe(before)
  expect(await page.locator('.moment h3').textContent()).toBe(await focused(page))
  expect(await page.locator('[data-sample="failed"]').count()).toBe(60)
  expect(await page.locator('.moment-spans').innerText()).toContain('Start the API server')
  expect(await page.locator('.moment [data-event="command.finished"]').count()).toBeGreaterThan(0)
  expect(report.complaints).toEqual([])
})

test('it opens on fault to recovered; a range drawn over the chart zooms the lanes, and a button restores the view', async () => {
  await using report = await openReport(browser, fakeRun('outage'))
  const { page } = report
  const before = await ticksOf(page)
  expect(before).toMatch(/^0\ss.*40\ss$/)
  await page.locator('.chart').scrollIntoViewIfNeeded()
  const box = await page.locator('.chart').boundingBox()
  if (!box) throw new Error('no chart')
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + box.width * 0.4, y)
  expect(await page.locator('.readout').textContent()).toMatch(/^[\d.]+\ss: pod [\d.]+\sms, cluster-ip-new /)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.5, y, { steps: 4 })
  await page.mouse.up()
  await expect.poll(() => ticksOf(page)).not.toBe(before)
  await page.getByRole('button', { name: 'Until recovered', exact: true }).click()
  await expect.poll(() => ticksOf(page)).toBe(before)
})

test('a click beside the bars shows the samples of its path in that second', async () => {
  await using report = await openReport(browser, fakeRun('pass'))
  const { page } = report
  await page.locator('[data-lane="pod"] .track').scrollIntoViewIfNeeded()
  const box = await page.locator('[data-lane="pod"] .track').boundingBox()
  if (!box) throw new Error('no lane')
  await page.mouse.click(box.x + box.width * 0.6, box.y + box.height - 2)
  expect(await page.locator('.moment h3').textContent()).toMatch(/^Pod address: around /)
  expect(await page.locator('[data-sample="ok"]').count()).toBeGreaterThan(20)
  await page.getByRole('button', { name: 'Close' }).click()
  expect(await page.locator('.moment').count()).toBe(0)
})

test('steps are one line each, by their short names', async () => {
  await using report = await openReport(browser, fakeRun('pass'))
  const heights = await report.page
    .locator('.lane-step')
    .evaluateAll((all) => all.map((lane) => lane.getBoundingClientRect().height))
  expect(heights.length).toBe(11)
  for (const height of heights) expect(height).toBeLessThan(26)
  expect(await report.page.locator('[data-lane="step-1"] .lane-title').innerText()).toBe('Restore shared certs')
})

test('colour is never the only sign, and the chart is drawn', async () => {
  await using report = await openReport(browser, fakeRun('outage'))
  const { page } = report
  expect(await page.getByRole('group', { name: /ClusterIP, new connection: ✗ 92\sfailed/ }).count()).toBe(1)
  expect(await page.locator('.sign-fail').count()).toBeGreaterThan(1)
  expect(await page.locator('[data-figure="workloads"] h2').textContent()).toBe('Fail: Workloads down')
  expect(await page.locator('[data-lane="cluster-ip-new"] .strip-failed').count()).toBe(3)
  const painted = await page.evaluate(() => {
    const canvas = document.querySelector('canvas')
    const image = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height)
    return (image?.data ?? new Uint8ClampedArray()).filter((value, index) => index % 4 === 3 && value > 0).length
  })
  expect(painted).toBeGreaterThan(5000)
})

test('on paper nothing is cut off, what only a screen can do is left out, and what was drawn is there', async () => {
  await using report = await openReport(browser, fakeRun('outage'), { viewport: { width: 794, height: 1123 } })
  const { page } = report
  await page.emulateMedia({ media: 'print' })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(794)
  for (const hidden of ['.toolbar', '.timeline-foot', '#data'])
    expect(await page.locator(hidden).isVisible()).toBe(false)
  for (const drawn of ['.band', '.rows', '[data-lane="cpu-pressure"] .curve', '#pki', '.probes'])
    expect(await page.locator(drawn).first().isVisible(), drawn).toBe(true)
  expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-')
})
