import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { spreadOf } from '../../../harness/model/statistics.ts'
import type { RunView } from '../../../harness/model/run-view.ts'
import { htmlReporter } from '../html.ts'
import { pageCpuOf } from './page-cpu.ts'

export interface OpenReport extends AsyncDisposable {
  readonly page: Page
  readonly sizeBytes: number
  /** From the start of the navigation until lanes and chart are drawn. */
  readonly readyMs: number
  /** Of all threads of the page's process until then, its start included. */
  readonly readyCpuMs: number
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
  const readyMs = performance.now() - startedMs
  const { processMs } = await (await pageCpuOf(page))()
  return {
    page,
    sizeBytes: Buffer.byteLength(content),
    readyMs,
    readyCpuMs: processMs,
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close()
      await rm(directory, { recursive: true })
    },
  }
}

/** Each changes the view. */
const zooms = ['Whole run', 'Zoom in', 'Zoom in', 'Zoom out', 'Zoom out', 'Zoom in', 'Whole run']

export interface Zooms {
  /** Medians: from a click until what it shows is drawn, by the clock and in processor time of the page's main thread. */
  readonly wallMs: number
  readonly cpuMs: number
}

/** Clicks buttons that change the view. */
export async function zoomsOf(page: Page): Promise<Zooms> {
  const cpuOf = await pageCpuOf(page)
  const seen: Zooms[] = []
  for (const name of zooms) {
    const before = await cpuOf()
    const wallMs = await page.getByRole('button', { name, exact: true }).evaluate(async (button: HTMLElement) => {
      const startedMs = performance.now()
      button.click()
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
      return performance.now() - startedMs
    })
    seen.push({ wallMs, cpuMs: (await cpuOf()).mainThreadMs - before.mainThreadMs })
  }
  const medianOf = (values: readonly number[]) => spreadOf(values)?.median ?? Number.NaN
  return { wallMs: medianOf(seen.map(({ wallMs }) => wallMs)), cpuMs: medianOf(seen.map(({ cpuMs }) => cpuMs)) }
}
