import { type Browser, chromium } from 'playwright-core'
import { chromiumPath } from './chromium-path.ts'

/** Starts this machine's Chromium without a window. Rejects where `chromiumPath` finds none. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined)
    throw new Error('no Chromium found on this machine: install the package chromium, or set CHROMIUM_PATH to its path')
  // Chromium's own sandbox does not start for root, as in containers; the only pages opened are reports.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
}
