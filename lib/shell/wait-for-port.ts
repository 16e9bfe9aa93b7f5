import { limitS } from '../engine/time-limits.ts'
import { bash, runScript } from './bash.ts'
import { waitFunction } from './wait-function.ts'
import type { NodeState } from '../model.ts'

export interface PortOptions {
  /** Default 120 000. */
  readonly timeoutMs?: number
  readonly signal: AbortSignal
}

/**
 * Waits on the machine itself until something listens, without starting a program for each attempt. Rejects with
 * CommandError when nothing does in time.
 */
export async function waitForPort(host: NodeState, address: string, port: number, options: PortOptions): Promise<void> {
  const { timeoutMs = 120_000, signal } = options
  const script = bash`
${waitFunction}
listens() { (: > /dev/tcp/${address}/${port}) 2>/dev/null; }
wait_until ${limitS(timeoutMs / 1000, host)} 0.25 listens || { echo 'nothing listens there' >&2; exit 1; }
`
  await runScript(host.node, `wait for port ${port} of ${address}`, script, {
    public: true,
    signal,
    timeoutMs: timeoutMs * 1.5 + 10_000,
  })
}
