import { execa } from 'execa'
import { PreflightError } from '../errors.ts'
import type { HostFacts } from './host-facts.ts'

export interface AsRootOptions {
  readonly rights: HostFacts['rights']
  /** What the script does, as an order, for the error. */
  readonly what: string
  readonly onLine?: (line: string) => void
  readonly signal?: AbortSignal
}

/**
 * Runs a shell script as root, with sudo where needed. It stays in the terminal's own process group, unlike other commands,
 * because sudo asks for its password on the terminal. Rejects with PreflightError whose hint is the script itself.
 */
export async function asRoot(script: string, options: AsRootOptions): Promise<string> {
  const { rights, what, onLine, signal } = options
  if (rights === 'none') throw new PreflightError(`to ${what} needs root, and there is neither root nor sudo`, script)
  const argv = [...(rights === 'root' ? [] : ['sudo', ...(rights === 'sudo' ? ['-n'] : [])]), 'sh', '-euc', script]
  const [file = 'sh', ...args] = argv
  const child = execa(file, args, {
    reject: false,
    all: true,
    stdin: rights === 'sudo-asks' ? 'inherit' : 'ignore',
    // A plain user's PATH leaves out where Debian keeps root's commands.
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, DEBIAN_FRONTEND: 'noninteractive' },
    ...(signal ? { cancelSignal: signal } : {}),
  })
  if (onLine) void reportLines(child.iterable({ from: 'all' }), onLine)
  const result = await child
  signal?.throwIfAborted()
  if (result.exitCode === 0) return result.all
  const tail = result.all.trim().split('\n').slice(-4).join(' | ') || result.shortMessage
  throw new PreflightError(`could not ${what}: ${tail}`, script)
}

async function reportLines(lines: AsyncIterable<unknown>, onLine: (line: string) => void): Promise<void> {
  try {
    for await (const line of lines) onLine(String(line))
  } catch {
    // The exit code tells; a stream that broke off has nothing to add.
  }
}
