/** Control characters but for line ends and tabs, and the ones that turn the direction of text. */
const invisible = /(?![\t\n\r])[\p{Cc}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu

/** The text with � for every character that a reader cannot see, or that makes text read as another. */
export function visibleText(text: string): string {
  return text.replaceAll(invisible, '\uFFFD')
}
