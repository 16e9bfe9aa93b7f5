import { visibleText } from '../../model/record.ts'
import type { Payload } from '../payload.ts'

/** The run as the page shows it; the download keeps the original. */
export function readPayload(json: string): Payload {
  return JSON.parse(json, (_key, value: unknown) => {
    if (typeof value === 'string') return visibleText(value)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [visibleText(key), inner as unknown]))
  }) as Payload
}
