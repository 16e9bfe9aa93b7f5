import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeRun } from '../../harness/testing/fake-run.ts'
import { launchChromium } from './chromium/launch-chromium.ts'
import { openReport, zoomMsOf } from './testing/open-report.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

test('a drill of five minutes: under 1 MB, ready within 3 s', async () => {
  await using report = await openReport(browser, fakeRun('outage', { samples: 15_000 }))
  expect(report.sizeBytes).toBeLessThan(1_000_000)
  expect(report.readyMs).toBeLessThan(3000)
})

test('a million samples: under 3 MB, ready within 3 s, zoomed within 500 ms', async () => {
  await using report = await openReport(browser, fakeRun('outage', { samples: 200_000 }))
  const { page, readyMs, sizeBytes } = report
  expect(sizeBytes).toBeLessThan(3_000_000)
  expect(readyMs).toBeLessThan(3000)
  const zoomMs = await zoomMsOf(page)
  expect(zoomMs).toBeLessThan(500)
  expect(report.complaints).toEqual([])
})
