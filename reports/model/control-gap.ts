import type { ControlArm } from '../../harness/model/run-view.ts'
import { formatCounted, formatDuration } from './figures.ts'

/** The longest gap of a path in the control arm, with its failed probes if there were any; `–` where it had no such path. */
export function controlGapText({ probes }: ControlArm, path: string): string {
  const probe = probes.find(({ id }) => id === path)
  if (probe === undefined) return '–'
  const gap = probe.longestGapMs === null ? 'unknown' : formatDuration(probe.longestGapMs)
  return probe.failed === 0 ? gap : `${gap}, ${formatCounted(probe.failed, 'failed probe')}`
}
