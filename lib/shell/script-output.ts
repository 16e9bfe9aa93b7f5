import { bash } from './bash.ts'

/**
 * `… | emit NAME`, for scripts that answer several questions in one go: prints a line with the name and what it was
 * given, in base64.
 */
export const emitFunction = bash`emit() { printf '%s ' "$1"; base64 -w0; echo; }`

/**
 * Reads such lines. The function returned gives a fact's text, trimmed, and '' for one that the script did not print.
 */
export function parseFields(output: string): (name: string) => string {
  const facts = new Map<string, string>()
  for (const line of output.split('\n')) {
    const [name = '', data = ''] = line.split(' ')
    facts.set(name, Buffer.from(data, 'base64').toString().trim())
  }
  return (name) => facts.get(name) ?? ''
}
