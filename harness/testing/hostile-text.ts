/** Text that breaks pages, tables and consoles that take it as it is. */
export const hostileText =
  '</script><img src=x onerror=alert(1)><!-- $& $1 %%RUN%% \u2028\u2029 \u001b[31m \u202Eevil\u202C | `x` [a](javascript:alert(1)) & "q" \u0000'

/** What is one of a few words, or a time, and therefore never free text. */
const closed = new Set(['verdict', 'stage', 'status', 'startedAt', 'finishedAt', 'outcome', 'state', 'kind', 'lost'])

/** The value with hostile text at the end of every string that may be free text. */
export function withHostileText<T>(value: T): T {
  const changed = (inner: unknown, key: string): unknown => {
    if (typeof inner === 'string') return closed.has(key) ? inner : `${inner} ${hostileText}`
    if (Array.isArray(inner)) return inner.map((each) => changed(each, key))
    if (typeof inner !== 'object' || inner === null) return inner
    return Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, changed(each, name)]))
  }
  return changed(value, '') as T
}
