/**
 * Does the same on several machines at once. Waits for all of them even when one fails, so that nothing of a failed step
 * still runs when the next decision is made; then rejects with the first failure.
 */
export async function forEachNode<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const settled = await Promise.allSettled(items.map(work))
  return settled.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}
