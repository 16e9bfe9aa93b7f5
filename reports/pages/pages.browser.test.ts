import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { historyPage } from '../history/history-page.ts'
import { seriesOf } from '../history/trends.ts'
import { launchChromium } from '../html/chromium/launch-chromium.ts'
import { matrixPage } from '../matrix/matrix-page.ts'
import { mergeRuns } from '../matrix/merge-runs.ts'
import { hostileText } from '../../harness/testing/fake-run.ts'
import { nights } from '../testing/stored-runs.ts'

let browser: Browser
let folder: string
beforeAll(async () => {
  browser = await launchChromium()
  folder = await mkdtemp(join(tmpdir(), 'drill-pages-'))
})
afterAll(async () => {
  await browser.close()
  await rm(folder, { recursive: true })
})

const damaged = [{ directory: hostileText, reason: hostileText }]
const missing = [{ drill: `noop --control-planes 1 --workers 2 ${hostileText}`, title: hostileText }]
const pages: Readonly<Record<string, string>> = {
  history: historyPage(seriesOf(nights), damaged),
  matrix: matrixPage(mergeRuns(missing, nights, damaged)),
}

describe.each(Object.entries(pages))('the page of the %s', (name, content) => {
  test.each([
    ['light', 1280],
    ['light', 360],
    ['dark', 1280],
    ['dark', 360],
  ] as const)(
    '%s, %d px wide: no request, no complaint, nothing wider than the page, axe',
    async (colorScheme, width) => {
      const path = join(folder, `${name}.html`)
      await writeFile(path, content)
      await using context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, offline: true })
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('dialog', (dialog) => complaints.push(dialog.message()))
      page.on('request', (request) => {
        if (!/^(file|data):/.test(request.url())) complaints.push(request.url())
      })
      await page.goto(pathToFileURL(path).href)
      for (const details of await page.locator('summary').all()) await details.click()
      expect(complaints).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
        .analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([])
      expect(await page.locator('img, script, [onerror]').count()).toBe(0)
    },
  )

  test('has no script, and a policy that allows none and no style but its own', () => {
    expect(content).not.toMatch(/<script|<img|style="/)
    expect(content).toMatch(/content="default-src &#39;none&#39;; style-src &#39;sha256-[\w+/=]+&#39;; img-src data:/)
  })
})

test('the history shows every night of a drill as a point, what is unusual and what changed', () => {
  const page = pages['history'] ?? ''
  expect(page.match(/href="#dot-(?:pass|fail|unknown)" x=/g)?.length).toBeGreaterThan(12 * 6)
  expect(page).toContain('unusually high')
  expect(page).toContain('kubernetes: v1.36.4 → v1.37.0')
})
