import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { launchChromium } from './chromium/launch-chromium.ts'

// node reports/html/screenshot.ts RUN_DIR OUT.png [--dark] [--width 1280] [--height 1500 | --full] [--scale 1]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dark: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    width: { type: 'string', default: '1280' },
    height: { type: 'string', default: '1500' },
    scale: { type: 'string', default: '1' },
  },
})
const [run, out] = positionals
if (run === undefined || out === undefined)
  throw new Error('usage: screenshot.ts RUN_DIR|FILE.html OUT.png [--dark] [--full] [--width N]')
const file = [resolve(run, 'report/index.html'), resolve(run)].find(
  (path) => existsSync(path) && path.endsWith('.html'),
)
if (file === undefined) throw new Error(`${run} has no report/index.html: run drill report ${run}`)

const browser = await launchChromium()
try {
  const page = await browser.newPage({
    viewport: { width: Number(values.width), height: Number(values.height) },
    deviceScaleFactor: Number(values.scale),
    colorScheme: values.dark ? 'dark' : 'light',
  })
  await page.goto(pathToFileURL(file).href)
  await page.waitForSelector('html[data-ready]')
  await page.screenshot({ path: out, fullPage: values.full })
} finally {
  await browser.close()
}
