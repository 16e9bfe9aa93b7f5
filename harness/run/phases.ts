import type { Journal } from '../model/journal.ts'

export const phaseTitles = {
  preflight: 'Check the host',
  provision: 'Create the cluster',
  seed: 'Deploy the workload and start the probers',
  earlier: 'Repair an earlier disaster, and edit the cluster',
  baseline: 'Measure the healthy cluster',
  inject: 'Inject the fault',
  recover: 'Repair',
  settle: 'Wait for late evictions',
  judge: 'Judge the run',
  teardown: 'Collect logs and clean up',
} as const
export type PhaseId = keyof typeof phaseTitles

/** Runs a phase and records its start and end in the journal. */
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
