import type { Page } from 'playwright-core'

/** Processor time that a page has used so far, in ms; unlike a clock it stands still while a busy machine serves others. */
export interface PageCpu {
  /** All threads of its process, its start included; Linux counts in steps of 10 ms. */
  readonly processMs: number
  /** The thread that runs its scripts, lays it out and paints it. */
  readonly mainThreadMs: number
}

/** Asks Chromium, by its DevTools protocol. */
export async function pageCpuOf(page: Page): Promise<() => Promise<PageCpu>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    const msOf = (wanted: string) => {
      const found = metrics.find(({ name }) => name === wanted)
      if (!found) throw new Error(`this Chromium does not tell ${wanted}`)
      return found.value * 1000
    }
    return { processMs: msOf('ProcessTime'), mainThreadMs: msOf('ThreadTime') }
  }
}
