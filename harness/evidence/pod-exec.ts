import { PassThrough } from 'node:stream'
import { Exec, type KubeConfig, V1Status } from '@kubernetes/client-node'

export interface PodCommand {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly argv: readonly string[]
  readonly timeoutMs?: number
  readonly signal: AbortSignal
}

/**
 * Runs argv in a container through the API, as `kubectl exec` does, and returns its standard output. Rejects with the status of the
 * API or the command when that is not success, and after 20 s.
 */
export async function podExec(config: KubeConfig, command: PodCommand): Promise<string> {
  const { namespace, pod, container, argv, timeoutMs = 20_000, signal } = command
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const ended = Promise.withResolvers<V1Status>()
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const onLimit = () =>
    ended.reject(new Error(`exec in ${namespace}/${pod} gave no answer within ${timeoutMs / 1000} s`))
  limit.addEventListener('abort', onLimit, { once: true })
  const exec = new Exec(config).exec(namespace, pod, container, [...argv], stdout, stderr, null, false, ended.resolve)
  const connecting = exec as Promise<{ close(): void }>
  // A connection that comes after the limit is closed too.
  const closing = connecting.then((socket) => ended.promise.catch(() => undefined).then(() => socket.close()))
  try {
    const status = await Promise.race([
      ended.promise,
      connecting.then(
        () => ended.promise,
        (error: unknown) => Promise.reject(refusal(error)),
      ),
    ])
    signal.throwIfAborted()
    if (status.status !== 'Success')
      throw new Error(`exec in ${namespace}/${pod}: ${status.message ?? 'failed'}: ${textOf(stderr)}`)
    return textOf(stdout)
  } finally {
    limit.removeEventListener('abort', onLimit)
    ended.resolve(new V1Status())
    closing.catch(() => undefined)
  }
}

const textOf = (stream: PassThrough) =>
  String((stream.read() as Buffer | null) ?? '')
    .trim()
    .slice(0, 2000)

/** The WebSocket package rejects with an event that has the error inside. */
function refusal(error: unknown): Error {
  if (error instanceof Error) return error
  const inner = typeof error === 'object' && error !== null && 'error' in error ? error.error : error
  return inner instanceof Error ? inner : new Error('the API server closed the connection of exec')
}
