import { InvalidArgumentError } from 'commander'
import { evictionWindowsMs } from '../run/durations.ts'

/** How long `short`, `real` or so many seconds are, in ms; 0 for other words. */
export const evictionWindowMs = (word: string): number =>
  word === 'short' || word === 'real' ? evictionWindowsMs[word] : /^\d+$/.test(word) ? Number(word) * 1000 : 0

/** Checks the words of --eviction-window. Throws InvalidArgumentError for others, and for less than `short`. */
export function parseEvictionWindow(word: string): string {
  if (evictionWindowMs(word) >= evictionWindowsMs.short) return word
  throw new InvalidArgumentError(`give short, real, or at least ${evictionWindowsMs.short / 1000} seconds`)
}
