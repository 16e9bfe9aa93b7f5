import type { BuildState } from '../node-image/build-monitor.ts'

/** What a long command reports while it works. */
export interface Progress {
  /** A part begins. */
  begin(title: string): void
  /** A line worth keeping. */
  note(line: string): void
  /** What happens right now. */
  detail(line: string): void
  /** How far a build of many stages is; every second. */
  building(state: BuildState): void
  /** The part is done, or failed. */
  end(result: string): void
}
