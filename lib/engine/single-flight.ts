/**
 * A look that those who ask at the same time share. Each gets the answer of one that began after it asked; never more than
 * one is under way.
 */
export function singleFlight<T>(look: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> = Promise.resolve()
  let next: Promise<T> | undefined
  return () => {
    if (next) return next
    const begun = current.then(() => {
      next = undefined
      return look()
    })
    next = begun
    current = begun.catch(() => undefined)
    return begun
  }
}
