import { visibleText } from '../model/record.ts'

/** A piece of HTML. */
export interface Markup {
  readonly markup: string
}

type Value = string | number | Markup | readonly Markup[] | null | false

/** HTML from a template; strings in it are text, whatever they look like. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  // The indentation of the source is a third of a long page.
  return { markup: String.raw({ raw: parts.map((part) => part.replaceAll(/\n\s+/g, '\n')) }, ...values.map(markupOf)) }
}

function markupOf(value: Value): string {
  if (value === null || value === false) return ''
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value))
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('')
}

const escaped = (text: string) =>
  visibleText(text.toWellFormed())
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
