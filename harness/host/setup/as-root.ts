import { execa } from 'execa'
import { PreflightError } from '../../model/errors.ts'
import { hostCommand } from '../process/host-command.ts'
import type { HostFacts } from './host-facts.ts'

export interface AsRootOptions {
  readonly rights: HostFacts['rights']
  /** What the script does, as an order, for the error. */
  readonly what: string
  readonly onLine?: (line: string) => void
  readonly signal?: AbortSignal
}

/** Runs a shell script as root, with sudo where needed, and returns its output. Rejects with PreflightError whose hint is the script itself. */
export async function asRoot(script: string, options: AsRootOptions): Promise<string> {
  const { rights, what, signal } = options
  if (rights === 'none') throw new PreflightError(`to ${what} needs root, and there is neither root nor sudo`, script)
  const lines: string[] = []
  const onLine = (line: string) => {
    lines.push(line)
    options.onLine?.(line)
  }
  const run = rights === 'sudo-asks' ? onTerminal : apart
  const exitCode = await run([...prefixes[rights], 'sh', '-euc', script], { onLine, ...(signal ? { signal } : {}) })
  signal?.throwIfAborted()
  if (exitCode === 0) return lines.join('\n')
  throw new PreflightError(`could not ${what}: ${lines.slice(-4).join(' | ') || `exit code ${exitCode}`}`, script)
}

const prefixes = { root: [], sudo: ['sudo', '-n'], 'sudo-asks': ['sudo'] } as const

// A plain user's PATH leaves out where Debian keeps root's commands.
const environment = () => ({ PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, DEBIAN_FRONTEND: 'noninteractive' })

interface RunOptions {
  readonly onLine: (line: string) => void
  readonly signal?: AbortSignal
}

/** In a process group of its own, which an abort ends as a whole; what sudo started ends by itself, since it is root's. */
async function apart(argv: readonly string[], options: RunOptions): Promise<number> {
  const [file = 'sh', ...args] = argv
  return (await hostCommand([file, ...args], { ...options, env: environment() })).exitCode
}

/** In the terminal's own process group, because sudo asks for its password there; a Ctrl-C reaches it by itself. */
async function onTerminal(argv: readonly string[], { onLine, signal }: RunOptions): Promise<number> {
  const [file = 'sh', ...args] = argv
  const child = execa(file, args, {
    reject: false,
    all: true,
    stdin: 'inherit',
    env: environment(),
    ...(signal ? { cancelSignal: signal } : {}),
  })
  for await (const line of child.iterable({ from: 'all' })) onLine(line)
  return (await child).exitCode ?? -1
}
