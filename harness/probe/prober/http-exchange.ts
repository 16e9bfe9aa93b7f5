import type { Connection } from '../../model/probe-path.ts'
import { attempt, probeAgent } from './attempt.ts'
import type { Exchange } from './exchange.ts'
import { targetOf } from './probe-plan.ts'

/** Asks by HTTP, on a new connection each time or on one that is kept. */
export function httpExchange(url: string, connection: Connection, status?: number): Exchange {
  const target = { ...targetOf(url), ...(status === undefined ? {} : { status }) }
  const [agent, freshAgent] = [probeAgent(target), probeAgent(target)]
  if (connection === 'new') return { ask: (_, done) => attempt(target, agent, true, done) }
  return {
    ask: (_, done) => attempt(target, agent, false, done),
    again: {
      ask: (done) => attempt(target, freshAgent, true, done),
      after: ({ error, reused, answered }) => error === 'reset' && reused && !answered,
      broken: 'kept-connection-broken',
      stalled: 'kept-connection-stalled',
    },
  }
}
