/** With this probability a failure of that rate would have been seen at least once. */
export const confidence = 0.99

/**
 * How rare a failure could hide: one that hits one of this many requests, wherever it strikes, would have been seen with 99 %
 * in so many measured samples, rounded down; 0 when none was measured.
 *
 * Exact binomial: of n samples all succeed with probability (1 − p)^n, which is 1 % at p = 1 − 0.01^(1/n). (The rule of three,
 * 3/n, is the same at 95 %.)
 */
export function detectableOneIn(measured: number): number {
  if (measured <= 0) return 0
  return Math.floor(1 / -Math.expm1(Math.log1p(-confidence) / measured))
}

/** How many measured samples are needed to see a failure that hits one of `oneIn` requests, with 99 %. */
export function samplesNeeded(oneIn: number): number {
  return Math.ceil(Math.log1p(-confidence) / Math.log1p(-1 / oneIn))
}

/** The interval of most paths, to which a budget refers. */
const usualIntervalMs = 20

/**
 * Of how many requests one failure must be seen on a path that is sampled every `intervalMs`: where fewer are sent, fewer show
 * themselves in the same time. Rounded down.
 */
export const requiredOneIn = (oneIn: number, intervalMs: number): number =>
  Math.floor((oneIn * usualIntervalMs) / Math.max(usualIntervalMs, intervalMs))
