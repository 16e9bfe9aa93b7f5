/** More at once than the connections that an operator's machine and the API server bear well. */
const mostAtOnce = 32

/**
 * Does the same on several machines at once. Waits for all of them even when one fails, so that nothing of a failed step
 * still runs when the next decision is made; then rejects with the first failure.
 * @param atOnce on so many machines at a time; the others follow as these end
 */
export async function forEachNode<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  atOnce = mostAtOnce,
): Promise<R[]> {
  return (await settleEach(items, work, atOnce)).map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}

/** As forEachNode, but gives what came of each, in order, and never rejects. */
export async function settleEach<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  atOnce = mostAtOnce,
): Promise<PromiseSettledResult<R>[]> {
  const settled: PromiseSettledResult<R>[] = []
  const left = items.entries()
  // Work may throw before it gives a promise.
  const attempt = async (item: T) => await work(item)
  // All take from the same iterator.
  const takeTurns = async () => {
    for (const [index, item] of left) {
      const [outcome] = await Promise.allSettled([attempt(item)])
      settled[index] = outcome
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, takeTurns))
  return settled
}
