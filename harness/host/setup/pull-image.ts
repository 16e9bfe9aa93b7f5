import { PreflightError } from '../../model/errors.ts'
import { hostCommand } from '../process/host-command.ts'

export interface PullOptions {
  readonly onLine: (line: string) => void
  readonly signal?: AbortSignal
}

// Without a terminal docker reports finished layers only, and a layer may be hundreds of megabytes: long waits are normal once it has begun.
const untilFirstLineMs = 60_000
const betweenLinesMs = 10 * 60_000

/** Pulls an image, giving up when it stalls. Without a network the engine itself fails at once. Rejects with PreflightError. */
export async function pullImage(ref: string, options: PullOptions): Promise<void> {
  const stalled = new AbortController()
  const giveUp = () => stalled.abort()
  let timer = setTimeout(giveUp, untilFirstLineMs)
  const onLine = (line: string) => {
    clearTimeout(timer)
    timer = setTimeout(giveUp, betweenLinesMs)
    options.onLine(line)
  }
  const signal = AbortSignal.any([stalled.signal, ...(options.signal ? [options.signal] : [])])
  const { exitCode, stderr } = await hostCommand(['docker', 'pull', ref], { onLine, signal })
  clearTimeout(timer)
  options.signal?.throwIfAborted()
  if (exitCode === 0) return
  const reason = stalled.signal.aborted
    ? 'no progress for too long'
    : (stderr.trim().split('\n').at(-1) ?? '').slice(0, 300)
  throw new PreflightError(`could not pull the image ${ref}: ${reason}`, `docker pull ${ref}, or another image`)
}
