import type { EventData } from './journal.ts'
import type { Milestone } from './run-record.ts'

// Without zod, which the report's page must not carry: it probes for eval, and the page forbids that.
export type { Milestone } from './run-record.ts'

/** The milestones that the drill announces itself, whoever repairs. */
const titles = {
  detected: 'Loss detected',
  'recovery-started': 'Repair started',
  recovered: 'Recovered',
} as const

/** The journal event of a milestone of the drill's own. */
export function drillMilestone(milestone: keyof typeof titles): EventData {
  return { type: 'milestone.reached', milestone, title: titles[milestone] }
}

/** When it was reached, in milliseconds since the injection; null when it was not. */
export function milestoneAt(milestones: readonly Milestone[], id: string): number | null {
  return milestones.find((milestone) => milestone.id === id)?.atMs ?? null
}
