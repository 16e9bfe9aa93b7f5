import { z } from 'zod'
import type { CollectAt } from '../model/check.ts'
import type { RunView } from '../model/run-view.ts'

/** Evidence that can be judged, or why it cannot. */
export type Evidence<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly unknown: string }

/** Reads evidence/<name>.json of a run. Never throws: what is missing or malformed is unknown. */
export function evidenceOf<T>(run: RunView, name: string, schema: z.ZodType<T>): Evidence<T> {
  const stored = run.evidence[name]
  if (stored === undefined) return { ok: false, unknown: `there is no evidence ${name}${reasonOf(run, name)}` }
  const parsed = schema.safeParse(stored)
  if (parsed.success) return { ok: true, value: parsed.data }
  const [issue] = parsed.error.issues
  return {
    ok: false,
    unknown: `evidence ${name} is malformed: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`,
  }
}

/** Evidence of before and after, or all reasons why the two cannot be compared. */
export type EvidencePair<T> =
  | { readonly ok: true; readonly before: T; readonly after: T }
  | { readonly ok: false; readonly unknowns: readonly string[] }

/** Reads evidence/<name>-baseline.json and evidence/<name>-settled.json of a run, or those of other moments. Never throws. */
export function evidencePairOf<T>(
  run: RunView,
  name: string,
  schema: z.ZodType<T>,
  [earlier, later]: readonly [CollectAt, CollectAt] = ['baseline', 'settled'],
): EvidencePair<T> {
  const before = evidenceOf(run, `${name}-${earlier}`, schema)
  const after = evidenceOf(run, `${name}-${later}`, schema)
  if (before.ok && after.ok) return { ok: true, before: before.value, after: after.value }
  return { ok: false, unknowns: [before, after].flatMap((evidence) => (evidence.ok ? [] : [evidence.unknown])) }
}

/** The first collector that failed at that moment, in its own words. */
function reasonOf(run: RunView, name: string): string {
  const when = name.split('-').at(-1)
  const event = run.events.find(({ type, ...data }) => type === 'evidence.missing' && data['when'] === when)
  const parsed = z.tuple([z.string()], z.unknown()).safeParse(event?.['chain'])
  return parsed.success ? ` (${parsed.data[0]})` : ''
}
