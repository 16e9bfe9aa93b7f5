import type { EventData } from './journal.ts'

const type = 'own-workload.not-ready'

/** The event that says of which Nodes a run expects that they are not Ready, from its baseline to its end. */
export const expectNotReady = (nodes: readonly string[]): EventData => ({ type, nodes })

/** The Nodes that are not Ready on purpose in a run: neither they nor their pods make a cluster unhealthy. */
export function expectedNotReady(events: readonly EventData[]): ReadonlySet<string> {
  const names = events.flatMap((event): unknown[] =>
    event.type === type && Array.isArray(event['nodes']) ? event['nodes'] : [],
  )
  return new Set(names.filter((name) => typeof name === 'string'))
}
