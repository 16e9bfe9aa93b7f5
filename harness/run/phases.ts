import type { Journal } from '../model/journal.ts'

export const phaseTitles = {
  preflight: 'Look whether this host can carry the drill',
  provision: 'Create the cluster',
  seed: 'Deploy the workload and start the probers',
  baseline: 'Measure the healthy cluster',
  inject: 'Destroy',
  recover: 'Repair',
  settle: 'Wait until nothing more can happen',
  judge: 'Judge',
  teardown: 'Collect logs and clean up',
} as const
export type PhaseId = keyof typeof phaseTitles

/** Runs a phase and puts its beginning and end on the journal. */
export async function inPhase<T>(journal: Journal, phase: PhaseId, body: () => Promise<T>): Promise<T> {
  const title = phaseTitles[phase]
  journal.append({ type: 'phase.started', phase, title })
  try {
    const result = await body()
    journal.append({ type: 'phase.finished', phase, title })
    return result
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    journal.append({ type: 'phase.failed', phase, title, message })
    throw error
  }
}
