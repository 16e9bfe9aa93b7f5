import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeRun } from '../../harness/testing/fake-run.ts'
import { launchChromium } from './chromium.ts'
import { openReport } from './testing/open-report.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

async function violations(page: Page): Promise<readonly string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze()
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ target }) => target.join(' '))
        .slice(0, 3)
        .join(', ')}`,
  )
}

test.each([
  ['outage', { colorScheme: 'light' }],
  ['outage', { colorScheme: 'dark' }],
  ['unknown', { colorScheme: 'light' }],
  ['unknown', { colorScheme: 'dark' }],
  ['pass', { colorScheme: 'dark', forcedColors: 'active' }],
  ['failing-repair', { colorScheme: 'light', viewport: { width: 380, height: 800 } }],
] as const)('%s %o: axe finds nothing', async (kind, options) => {
  await using report = await openReport(browser, fakeRun(kind), options)
  expect(await violations(report.page)).toEqual([])
})

test('at 380 pixels nothing is wider than the page', async () => {
  await using report = await openReport(browser, fakeRun('hostile'), { viewport: { width: 380, height: 800 } })
  expect(await report.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(380)
})

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '')
const ticksOf = (page: Page) => page.locator('.lane-axis').first().innerText()

test('every outage can be reached, read and zoomed to with the keyboard alone', async () => {
  await using report = await openReport(browser, fakeRun('outage'))
  const { page } = report
  for (let tabs = 0; tabs < 40 && !(await focused(page)).startsWith('Phase:'); tabs++) await page.keyboard.press('Tab')
  expect(await focused(page)).toMatch(/^Phase: /)
  for (let downs = 0; downs < 6 && !(await focused(page)).includes('down '); downs++)
    await page.keyboard.press('ArrowDown')
  const seen = [await focused(page)]
  for (let rights = 0; rights < 2; rights++) {
    await page.keyboard.press('ArrowRight')
    seen.push(await focused(page))
  }
  await page.keyboard.press('Home')
  expect(new Set([...seen, await focused(page)]).size).toBe(3)
  expect(await focused(page)).toMatch(/^ClusterIP, new connection: down 1\.20\sms?/)
  expect(await page.locator('.readout').innerText()).toBe(await focused(page))
  const before = await ticksOf(page)
  await page.keyboard.press('Enter')
  await expect.poll(() => ticksOf(page)).not.toBe(before)
  expect(report.complaints).toEqual([])
})

test('a range drawn over the chart zooms the lanes, and «Measured» brings all back', async () => {
  await using report = await openReport(browser, fakeRun('outage'))
  const { page } = report
  const before = await ticksOf(page)
  await page.locator('.chart').scrollIntoViewIfNeeded()
  const box = await page.locator('.chart').boundingBox()
  if (!box) throw new Error('no chart')
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + box.width * 0.4, y)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.5, y, { steps: 4 })
  await page.mouse.up()
  await expect.poll(() => ticksOf(page)).not.toBe(before)
  await page.getByRole('button', { name: 'Measured', exact: true }).click()
  await expect.poll(() => ticksOf(page)).toBe(before)
})

test('what is told by colour is told by word or shape as well', async () => {
  await using report = await openReport(browser, fakeRun('outage'))
  const { page } = report
  expect(await page.getByRole('group', { name: /ClusterIP, new connection: ✗ 92\sfailed/ }).count()).toBe(1)
  expect(await page.locator('.sign-fail').count()).toBeGreaterThan(1)
  expect(await page.locator('[data-figure="workloads"] h2').innerText()).toMatch(/^Fail: /)
})

test('a probe lane shows what its samples say: failed where they failed, unmeasured where nobody knows', async () => {
  await using report = await openReport(browser, fakeRun('unknown'))
  const lane = report.page.locator('[data-lane="pod"]')
  expect(await lane.locator('.strip-unmeasured').count()).toBe(3)
  expect(await lane.locator('.strip-failed').count()).toBe(0)
  await using failed = await openReport(browser, fakeRun('open-at-end'))
  expect(await failed.page.locator('[data-lane="node-port"] .strip-failed').count()).toBe(1)
})

test('the chart is drawn: pixels other than the ground', async () => {
  await using report = await openReport(browser, fakeRun('pass'))
  const painted = await report.page.evaluate(() => {
    const canvas = document.querySelector('canvas')
    const data =
      canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray()
    return data.filter((value, index) => index % 4 === 3 && value > 0).length
  })
  expect(painted).toBeGreaterThan(5000)
})
