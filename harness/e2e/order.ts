/**
 * The files of the cluster tests in the order in which they run. Each finds the cluster as its predecessor left it, and brings
 * it into the state that it begins with; this order saves a repair or two. A file that is not listed is an error.
 */
export const clusterTests = [
  // On the healthy cluster.
  'approve-serving-certificates',
  'damaged-files',
  'lost-sa-key',
  // Destroys it; the next finds it destroyed.
  'preconditions',
  'repair-by-default',
  // In options/. Each destroys it again.
  'repair-through-the-api',
  'repair-with-controllers-paused',
] as const

/** The place of a test file in that order. Throws for one that has none. */
export function placeOf(path: string): number {
  const name = path.replace(/^.*\//, '').replace(/\.cluster\.test\.ts$/, '')
  const place = clusterTests.findIndex((known) => known === name)
  if (place === -1) throw new Error(`${path} has no place in harness/e2e/order.ts`)
  return place
}
