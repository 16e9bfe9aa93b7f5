import { InvalidArgumentError } from 'commander'
import { evictionWindowsMs } from '../run/durations.ts'

/** Reads --eviction-window, `short`, `real` or seconds, as ms. Throws InvalidArgumentError for anything else, and for less than `short`. */
export function parseEvictionWindow(word: string): number {
  if (word === 'short' || word === 'real') return evictionWindowsMs[word]
  const ms = /^\d+$/.test(word) ? Number(word) * 1000 : 0
  if (ms < evictionWindowsMs.short)
    throw new InvalidArgumentError(`give short, real, or at least ${evictionWindowsMs.short / 1000} seconds`)
  return ms
}
