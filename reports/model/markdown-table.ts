import { visibleText } from './record.ts'

const longest = 500

/**
 * Text of unknown origin for one line of Markdown: it cannot start a table cell, a tag, a link, a mention or an escape of its own, and
 * control and direction characters are shown as �. Text over 500 characters is truncated and ends in `…`.
 */
export function markdownCell(text: string): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text
  return visibleText(short.toWellFormed().replaceAll(/[\r\n\t\u2028\u2029]+/g, ' '))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|#~!]/g, String.raw`\$&`)
    .replaceAll('@', '&#64;')
}

/** A GitHub table; the cells must be escaped already. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}
