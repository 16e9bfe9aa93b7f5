import { hostCommand, type HostCommandOptions } from '../process/host-command.ts'
import type { StageContext } from './stage.ts'

const tailLines = 15

/** The command ends with drill, even when drill is killed: left alone it would compete with the build that continues. */
const endsWithDrill = ['setpriv', '--pdeathsig', 'KILL'] as const

/**
 * Runs a command of the build and returns its standard output without the last line feed. A failure throws an error with
 * the command and the end of what it said.
 */
export async function runCommand(
  argv: readonly [string, ...string[]],
  context: Pick<StageContext, 'signal'>,
  options: Pick<HostCommandOptions, 'env' | 'onLine'> = {},
): Promise<string> {
  const { signal } = context
  const result = await hostCommand([...endsWithDrill, ...argv], { ...options, ...(signal ? { signal } : {}) })
  signal?.throwIfAborted()
  if (result.exitCode === 0) return result.stdout.trimEnd()
  if (result.exitCode === 127 && result.stderr.startsWith('setpriv: '))
    throw new Error(`${argv[0]} is not installed on this machine: drill doctor says what building images needs`)
  const said = `${result.stdout.trim()}\n${result.stderr.trim()}`.trim().split('\n').slice(-tailLines).join('\n')
  throw new Error(`${argv.slice(0, 4).join(' ')} exited with ${result.exitCode}:\n${said}`)
}
