import { html, type Markup } from './markup.ts'

/** A command line whose lines end between options, and neither within one nor before its value. */
export function wordsOf(command: string): Markup {
  return html`${command.split(/ (?=--)/).map((words) => html`<span class="words">${words}</span> `)}`
}
