/**
 * Shares one call among those who ask at the same time (as golang.org/x/sync/singleflight). Each gets the answer of a
 * call that began after it asked; at most one is under way.
 */
export function singleFlight<T>(ask: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> = Promise.resolve()
  let next: Promise<T> | undefined
  return () => {
    if (next) return next
    const begun = current.then(() => {
      next = undefined
      return ask()
    })
    next = begun
    current = begun.catch(() => undefined)
    return begun
  }
}
