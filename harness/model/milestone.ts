import { z } from 'zod'
import type { EventData } from './journal.ts'

/** Something reached on the way to recovery. An open list: the recovery announces its own, with a title. */
export const milestoneSchema = z.object({
  id: z.string().describe('kebab-case'),
  title: z.string(),
  atMs: z.number().describe('Milliseconds since the injection'),
})
export type Milestone = z.infer<typeof milestoneSchema>

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
