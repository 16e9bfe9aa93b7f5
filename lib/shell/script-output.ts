import { bash } from './bash.ts'

/**
 * `… | emit NAME`: how scripts answer. Prints a line with the name and, in base64, what it was given. It replaces the process
 * that bash gives to a part of a pipeline, which saves another one: a repair of five machines has some thousand answers.
 */
export const emitFunction = bash`emit() { printf '\n%s ' "$1"; exec base64 -w 2147483647; }`

/**
 * Reads such lines. The returned function gives a field's text, trimmed, '' where the script emitted none; a field that
 * was emitted more than once has one line for each.
 */
export function parseFields(output: string): (name: string) => string {
  const fields = new Map<string, string>()
  for (const line of output.split('\n')) {
    const [name = '', data = ''] = line.split(' ')
    const text = Buffer.from(data, 'base64').toString().trim()
    const earlier = fields.get(name)
    fields.set(name, earlier === undefined ? text : `${earlier}\n${text}`)
  }
  return (name) => fields.get(name) ?? ''
}

/** The lines of a text, without empty ones. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter(Boolean)
}
