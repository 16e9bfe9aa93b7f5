import { PassThrough } from 'node:stream'
import type { KubeConfig } from '@kubernetes/client-node'

export interface PodCommand {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly argv: readonly string[]
  readonly timeoutMs?: number
  readonly signal: AbortSignal
}

/**
 * Runs argv in a container through the API, as `kubectl exec` does, and returns its standard output. Rejects with the words of the
 * API or of the command when that fails, and when no answer has come after 20 s.
 */
export async function podExec(config: KubeConfig, command: PodCommand): Promise<string> {
  const { namespace, pod, container, argv, timeoutMs = 20_000, signal } = command
  const where = `exec in ${namespace}/${pod}`
  const { Exec } = await import('@kubernetes/client-node')
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const ended = Promise.withResolvers<{ readonly failure: string | undefined }>()
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const onLimit = () => ended.reject(new Error(`${where} gave no answer within ${timeoutMs / 1000} s`))
  limit.addEventListener('abort', onLimit, { once: true })
  const running = new Exec(config).exec(namespace, pod, container, [...argv], stdout, stderr, null, false, (status) =>
    ended.resolve({ failure: status.status === 'Success' ? undefined : (status.message ?? 'no reason given') }),
  )
  const connection = running as Promise<{ close(): void }>
  connection.catch((error: unknown) => ended.reject(new Error(`${where} was refused: ${reasonOf(error)}`)))
  try {
    const { failure } = await ended.promise
    if (failure !== undefined) throw new Error(`${where}: ${failure} ${textOf(stderr)}`.trim())
    return textOf(stdout)
  } finally {
    limit.removeEventListener('abort', onLimit)
    // Also the connection that comes only after the limit.
    connection.then(
      (socket) => socket.close(),
      () => undefined,
    )
    signal.throwIfAborted()
  }
}

const textOf = (stream: PassThrough) =>
  String((stream.read() as Buffer | null) ?? '')
    .trim()
    .slice(0, 2000)

/** The WebSocket package rejects with an event that has the error inside. */
function reasonOf(error: unknown): string {
  const inner = typeof error === 'object' && error !== null && 'error' in error ? error.error : error
  return inner instanceof Error ? inner.message : 'the API server closed the connection'
}
