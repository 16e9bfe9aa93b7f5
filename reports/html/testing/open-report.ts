import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { RunView } from '../../../harness/model/run-view.ts'
import { htmlReporter } from '../html.ts'

export interface OpenReport extends AsyncDisposable {
  readonly page: Page
  readonly sizeBytes: number
  /** From the start of the navigation until lanes and chart are drawn. */
  readonly readyMs: number
  /** Whatever must not happen: a request other than the file, an error or a warning on the console, a breach of the CSP. */
  readonly complaints: readonly string[]
}

/** Opens everything that a reader can open, and shows the whole journal. */
export async function openEverything(page: Page): Promise<void> {
  const closed = page.locator('details:not([open])')
  while ((await closed.count()) > 0) {
    await closed.evaluateAll((all) => all.forEach((each) => ((each as HTMLDetailsElement).open = true)))
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
  }
  for (const button of await page.getByRole('button', { name: /^Show all/ }).all()) await button.click()
}

/** Opens the report of a run as a reader does: from a file, without a network. */
export async function openReport(
  browser: Browser,
  run: RunView,
  options: BrowserContextOptions = {},
): Promise<OpenReport> {
  const directory = await mkdtemp(join(tmpdir(), 'drill-report-'))
  const content = htmlReporter.render(run)[0]?.content ?? ''
  const path = join(directory, 'index.html')
  await writeFile(path, content)
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options })
  const page = await context.newPage()
  const url = pathToFileURL(path).href
  const complaints: string[] = []
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) complaints.push(`request ${request.url()}`)
  })
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`error ${error.message}`))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`),
    )
  })
  const startedMs = performance.now()
  await page.goto(url)
  await page.waitForSelector('html[data-ready]')
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
  return {
    page,
    sizeBytes: Buffer.byteLength(content),
    readyMs: performance.now() - startedMs,
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close()
      await rm(directory, { recursive: true })
    },
  }
}

/** From a click on a button that changes the view to what it shows, drawn. */
export function zoomMsOf(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Whole run')
    const startedMs = performance.now()
    button?.click()
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
    return performance.now() - startedMs
  })
}
