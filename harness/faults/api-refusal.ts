import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ApiRefusal {
  /** `refused`: five times in a row; `answered`: a connection was accepted; `silent`: neither came. */
  readonly result: 'refused' | 'answered' | 'silent'
  readonly attempts: number
}

export interface ApiRefusalOptions {
  readonly address: string
  readonly port: number
  readonly intervalMs: number
  readonly signal: AbortSignal
}

const inARow = 5
const connectTimeoutMs = 1000

/** Opens TCP connections to an API server, from this process, until five in a row were refused, one was accepted, or one gave no answer within a second. */
export async function apiRefusal({ address, port, intervalMs, signal }: ApiRefusalOptions): Promise<ApiRefusal> {
  for (let attempts = 1; ; attempts++) {
    signal.throwIfAborted()
    const result = await dial(address, port)
    if (result !== 'refused' || attempts === inARow) return { result, attempts }
    await sleep(intervalMs, undefined, { signal })
  }
}

/** Dials every `intervalMs` until a connection is refused for the first time; rejects with the abort reason. */
export async function firstRefusal({ address, port, intervalMs, signal }: ApiRefusalOptions): Promise<void> {
  while ((await dial(address, port)) !== 'refused') await sleep(intervalMs, undefined, { signal })
}

function dial(address: string, port: number): Promise<ApiRefusal['result']> {
  const { promise, resolve } = Promise.withResolvers<ApiRefusal['result']>()
  const socket = connect({ host: address, port, timeout: connectTimeoutMs })
  socket.once('connect', () => resolve('answered'))
  socket.once('timeout', () => resolve('silent'))
  socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'silent'))
  return promise.finally(() => socket.destroy())
}
