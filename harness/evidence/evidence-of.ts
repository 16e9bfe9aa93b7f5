import { z } from 'zod'
import type { RunView } from '../record/run-view.ts'

/** Evidence that can be judged, or why it cannot. */
export type Evidence<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly doubt: string }

/** Reads evidence/<name>.json of a run. Never throws: what is missing or malformed is a doubt. */
export function evidenceOf<T>(run: RunView, name: string, schema: z.ZodType<T>): Evidence<T> {
  const stored = run.evidence[name]
  if (stored === undefined) return { ok: false, doubt: `there is no evidence ${name}${reasonOf(run, name)}` }
  const parsed = schema.safeParse(stored)
  if (parsed.success) return { ok: true, value: parsed.data }
  const [issue] = parsed.error.issues
  return {
    ok: false,
    doubt: `evidence ${name} is malformed: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`,
  }
}

/** The first collector that failed at that moment, in its own words. */
function reasonOf(run: RunView, name: string): string {
  const when = name.split('-').at(-1)
  const event = run.events.find(({ type, ...data }) => type === 'evidence.missing' && data['when'] === when)
  const parsed = z.tuple([z.string()], z.unknown()).safeParse(event?.['chain'])
  return parsed.success ? ` (${parsed.data[0]})` : ''
}
