/** What a collector lets run in the background until a later one ends it. */
import type { DrillContext } from '../model/context.ts'

/** What nobody ends, as of a run that ended early, ends by itself after this long. */
const longestMs = 60 * 60_000

/** A signal for it, and what ends it; it ends with the drill too. */
export function untilStopped({ signal }: Pick<DrillContext, 'signal'>): {
  readonly signal: AbortSignal
  readonly end: () => void
} {
  const ended = new AbortController()
  return {
    signal: AbortSignal.any([signal, ended.signal, AbortSignal.timeout(longestMs)]),
    end: () => ended.abort(),
  }
}

/** Ends what runs under this name, and gives what it measured. Throws an Error with these words where nothing does. */
export function stopBackground({ background }: Pick<DrillContext, 'background'>, name: string, missing: string) {
  const running = background.get(name)
  if (!running) throw new Error(missing)
  return running.stop()
}
