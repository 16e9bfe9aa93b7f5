import { waitFor } from '../engine/wait.ts'
import { refusalOf, type Refusal } from './admission.ts'

/** For a webhook whose pods have just been restarted, in milliseconds. */
export const patienceMs = 30_000

/**
 * Does a write until it is admitted, and once at least. Gives what still refuses it after that time, or at once where the object itself
 * does, which no time mends; undefined when it was written. Rejects with every other error of the write.
 * @param what is written, for the error
 */
export async function untilAdmitted(
  what: string,
  write: () => Promise<void>,
  { timeoutMs = patienceMs, signal }: { readonly timeoutMs?: number; readonly signal: AbortSignal },
): Promise<Refusal | undefined> {
  const attempt = async (): Promise<{ readonly refusal?: Refusal }> => {
    try {
      await write()
      return {}
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal?.how === 'is immutable') return { refusal }
      throw error
    }
  }
  try {
    return (await waitFor(`${what} is admitted`, attempt, { timeoutMs, intervalMs: 500, signal })).refusal
  } catch (error) {
    signal.throwIfAborted()
    const refusal = refusalOf(error)
    if (!refusal) throw error
    return refusal
  }
}
