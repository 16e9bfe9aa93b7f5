import type { RunView } from '../harness/model/run-view.ts'

/** One rendered file of a report. */
export interface ReportFile {
  /** Relative to the run's report directory. */
  readonly path: string
  readonly content: string
}

/** Renders a stored run. Pure: the same run gives the same files, byte by byte. */
export interface Reporter {
  /** Stable, kebab-case. */
  readonly id: string
  render(run: RunView): readonly ReportFile[]
}
