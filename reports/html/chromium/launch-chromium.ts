import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const candidates = [
  process.env['DRILL_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

/** Starts the machine's Chromium without a window. Rejects where there is none: DRILL_CHROMIUM names it. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = candidates.find((path) => path !== undefined && existsSync(path))
  if (executablePath === undefined) {
    throw new Error('no Chromium found: install Debian’s package chromium, or set DRILL_CHROMIUM to its path')
  }
  // Chromium's own sandbox does not start for root, as in containers; the only pages opened are reports.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
}
