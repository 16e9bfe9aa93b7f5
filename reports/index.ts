import type { Reporter } from './reporter.ts'
import { htmlReporter } from './html/html.ts'
import { junitReporter } from './junit.ts'
import { markdownReporter } from './markdown.ts'

/** Every report of a run: `index.html`, `junit.xml`, `summary.md`. */
export const reporters: readonly Reporter[] = [htmlReporter, junitReporter, markdownReporter]
