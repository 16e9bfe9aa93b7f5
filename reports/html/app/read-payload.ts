import type { Payload } from '../payload.ts'

/** Control characters but for line ends and tabs, and the ones that turn the direction of text. */
const invisible = /(?![\t\n\r])[\p{Cc}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu

/** The run as the page shows it: characters that a reader cannot see, or that make text read as another, are shown as �. */
export function readPayload(json: string): Payload {
  return JSON.parse(json, (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll(invisible, '\uFFFD') : value,
  ) as Payload
}
