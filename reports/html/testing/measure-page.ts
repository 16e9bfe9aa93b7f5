import { parseArgs } from 'node:util'
import { spreadOf } from '../../../harness/model/statistics.ts'
import { fakeRun } from '../../../harness/testing/fake-run.ts'
import { launchChromium } from '../chromium/launch-chromium.ts'
import { openReport, zoomsOf } from './open-report.ts'

// node reports/html/testing/measure-page.ts [--samples 1000000] [--times 7]: size of the page, time until it is drawn,
// time of a zoom, by the clock and in processor time
const { values } = parseArgs({
  options: { samples: { type: 'string', default: '1000000' }, times: { type: 'string', default: '7' } },
})
const run = fakeRun('outage', { samples: Math.ceil(Number(values.samples) / 5) })
const browser = await launchChromium()
try {
  const seen: Readonly<Record<'sizeBytes' | 'readyMs' | 'readyCpuMs' | 'zoomMs' | 'zoomCpuMs', number>>[] = []
  for (let time = 0; time < Number(values.times); time++) {
    await using report = await openReport(browser, run)
    const { sizeBytes, readyMs, readyCpuMs, page } = report
    const zooms = await zoomsOf(page)
    seen.push({ sizeBytes, readyMs, readyCpuMs, zoomMs: zooms.wallMs, zoomCpuMs: zooms.cpuMs })
  }
  console.log(`${values.samples} samples, ${seen.length} times; ${browser.version()}`)
  for (const [name, unit] of [
    ['sizeBytes', 'bytes'],
    ['readyMs', 'ms'],
    ['readyCpuMs', 'ms'],
    ['zoomMs', 'ms'],
    ['zoomCpuMs', 'ms'],
  ] as const) {
    const spread = spreadOf(seen.map((one) => one[name]))
    if (spread)
      console.log(
        `${name}: median ${spread.median.toFixed(0)} ${unit}, ${spread.min.toFixed(0)} to ${spread.max.toFixed(0)}`,
      )
  }
} finally {
  await browser.close()
}
