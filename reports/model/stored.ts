/**
 * Reads evidence and events without trusting their shape: an old run has less in them and a newer one more, and what is missing must
 * not break a page. Nothing here judges; the checks have schemas of their own.
 */

/** The value at a key; undefined where there is none. */
export function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined
}

export function listAt(value: unknown, key: string): readonly unknown[] {
  const found = at(value, key)
  return Array.isArray(found) ? found : []
}

/** Empty where it is no text. */
export function textAt(value: unknown, key: string): string {
  const found = at(value, key)
  return typeof found === 'string' ? found : ''
}

export function numberAt(value: unknown, key: string): number | undefined {
  const found = at(value, key)
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}

/** The snapshots of one collector in the order in which they were taken: `pods-baseline`, `pods-settled`. */
export function snapshotsOf(
  evidence: Readonly<Record<string, unknown>>,
  name: string,
): readonly { readonly when: string; readonly atMs: number; readonly value: unknown }[] {
  return Object.entries(evidence)
    .filter(([key]) => key.startsWith(`${name}-`) && !key.slice(name.length + 1).includes('-'))
    .map(([key, value]) => ({ when: key.slice(name.length + 1), atMs: numberAt(value, 'atMs') ?? 0, value }))
    .toSorted((a, b) => a.atMs - b.atMs)
}

/** Time on the run's clock, in milliseconds, of a wall time in a snapshot; undefined for what is no time. */
export function runTimeIn(snapshot: unknown, wall: string): number | undefined {
  const [time, takenAt] = [Date.parse(wall), Date.parse(textAt(snapshot, 'takenAt'))]
  const atMs = numberAt(snapshot, 'atMs')
  return atMs === undefined || Number.isNaN(time) || Number.isNaN(takenAt) ? undefined : atMs + time - takenAt
}
