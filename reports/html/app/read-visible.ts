import { visibleText } from '../../model/record.ts'

/** JSON as the page shows it; the downloads keep the original. */
export function readVisible(json: string): unknown {
  return JSON.parse(json, (_key, value: unknown) => {
    if (typeof value === 'string') return visibleText(value)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [visibleText(key), inner as unknown]))
  })
}
