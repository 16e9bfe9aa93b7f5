import { randomBytes } from 'node:crypto'
import type { CommandResult, ExecOptions, Node } from '../node.ts'

/** In the environment of everything that a script starts; its value is the script's mark. */
export const markVariable = 'DRILL_RECOVERY_SCRIPT'
export const markPrefix = 'drill-recovery-script-'

/**
 * Names this process in the scripts that it runs on machines: it is bash's own name there ($0), and in the environment
 * of what bash starts. By it a later repair finds orphaned scripts (orphaned-scripts.ts).
 */
export const scriptMark = `${markPrefix}${randomBytes(6).toString('hex')}`

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
 * crictl gives up each request after 2 s (cri-tools, cmd/crictl/main.go), which a busy machine or a slow disk takes longer than: what runs
 * would be taken for absent, and what is stopped for not. A later --timeout counts instead; where the runtime is away it fails at once.
 */
const patientCrictl = bash`
crictl() { command crictl --timeout 10s "$@"; }
export -f crictl
`

/**
 * Runs a script on a machine in one round trip. It stops at the first failing command (`errexit`, `nounset`, `pipefail`),
 * and before the first one if its input is incomplete: the sender was killed meanwhile, and the script would install half
 * a file. The title is the script's first line, so that a CommandError names it.
 */
export function runScript(
  node: Pick<Node, 'exec'>,
  title: string,
  script: Script,
  options?: ExecOptions,
): Promise<CommandResult> {
  const lines = [
    `# ${title.replaceAll('\n', ' ')}`,
    'set -euo pipefail',
    `export ${markVariable}=${scriptMark}`,
    ...(options?.input === undefined ? [] : [wholeInput(Buffer.byteLength(options.input)).text.trim()]),
    ...(script.text.includes('crictl') ? [patientCrictl.text.trim()] : []),
    script.text.trim(),
  ]
  return node.exec(['bash', '-c', `${lines.join('\n')}\n`, scriptMark], options)
}

/** In memory, because inputs hold keys, and unlinked at once, so that nothing remains if the script is killed. */
const wholeInput = (bytes: number) => bash`
input=$(mktemp -p /dev/shm drill-recovery.XXXXXX)
exec {whole}<> "$input"
rm -f "$input"
cat >&"$whole"
exec < "/dev/fd/$whole" {whole}>&-
if [ "$(stat -L -c %s /dev/stdin)" != ${bytes} ]; then echo 'the input did not arrive whole: nothing was done' >&2; exit 1; fi
`
