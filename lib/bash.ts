import type { CommandResult, ExecOptions, Node } from './node.ts'

/** A piece of bash whose interpolated values are already quoted; made by the `bash` tag. */
export interface Script {
  readonly text: string
}

type Value = string | number | readonly string[] | Script

/** One word for bash, whatever it contains. */
export function quote(value: string): string {
  if (value.includes('\0')) throw new TypeError('a word for bash cannot contain a NUL byte')
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`
}

/**
 * A template for bash: strings and numbers become one quoted word each, arrays as many words as they have elements,
 * scripts are inserted as they are. Backslashes in the template stay as written, but for \${ and \`, which JavaScript
 * wants escaped.
 */
export function bash(template: TemplateStringsArray, ...values: readonly Value[]): Script {
  const text = template.raw.map((part, index) => part.replaceAll(/\\(?=\$\{|`)/g, '') + insert(values[index])).join('')
  return { text }
}

function insert(value: Value | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return String(value)
  return 'text' in value ? value.text : value.map(quote).join(' ')
}

/**
 * Runs a script on a machine in one go. It stops at the first command that fails (`errexit`, `nounset`, `pipefail`).
 * The title is the script's first line, so that a CommandError names it.
 */
export function runScript(node: Node, title: string, script: Script, options?: ExecOptions): Promise<CommandResult> {
  const text = `# ${title.replaceAll('\n', ' ')}\nset -euo pipefail\n${script.text.trim()}\n`
  return node.exec(['bash', '-c', text], options)
}
