import type { DrillContext } from '../model/context.ts'
import type { EventData } from '../model/journal.ts'

/** Control planes and a worker `w` that note what is run on them and answer it all with the same output, for tests of losses. */
export function recordingCluster(controlPlanes: readonly string[], stdout = '') {
  const ran: string[] = []
  const events: EventData[] = []
  const machine = (name: string) => ({
    name,
    address: '127.0.0.1',
    exec: async (argv: readonly string[]) => {
      ran.push(`${name}: ${argv.join(' ')}`)
      return { argv, exitCode: 0, stdout, stderr: '', durationMs: 1 }
    },
  })
  const cluster = { controlPlanes: controlPlanes.map(machine), workers: [machine('w')] }
  const journal = { append: (event: EventData) => events.push(event) }
  const signal = new AbortController().signal
  return { ran, events, context: { cluster, journal, signal } as unknown as DrillContext }
}
