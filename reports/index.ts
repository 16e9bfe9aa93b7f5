import { chromeTraceReporter } from './chrome-trace.ts'
import { ctrfReporter } from './ctrf.ts'
import { htmlReporter } from './html/html.ts'
import { junitReporter } from './junit.ts'
import { markdownReporter } from './markdown.ts'
import { openMetricsReporter } from './openmetrics.ts'
import type { Reporter } from './reporter.ts'

/** Every report of a run: `index.html`, `junit.xml`, `summary.md`, `ctrf.json`, `metrics.txt`, `trace.json`. */
export const reporters: readonly Reporter[] = [
  htmlReporter,
  junitReporter,
  markdownReporter,
  ctrfReporter,
  openMetricsReporter,
  chromeTraceReporter,
]
