import { CommandError } from '../../lib/errors.ts'
import type { CommandResult, ExecOptions, NodeRole } from '../../lib/node.ts'
import { hostCommand, type HostCommandResult } from '../host-command.ts'
import type { Machine } from '../ports.ts'

const defaultTimeoutMs = 60_000

/** A kind node as the recovery library sees a machine: `docker exec` into its container, privileged as kind itself does it. */
export function dockerNode(name: string, role: NodeRole, address: string): Machine {
  const run = async (argv: readonly string[], options: ExecOptions = {}): Promise<HostCommandResult> => {
    const interactive = options.input === undefined ? [] : ['--interactive']
    const result = await hostCommand(['docker', 'exec', '--privileged', ...interactive, name, ...argv], {
      timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.signal ? { signal: options.signal } : {}),
    })
    options.signal?.throwIfAborted()
    if (result.exitCode !== 0) throw new CommandError(name, { ...result, argv })
    return result
  }
  return {
    name,
    role,
    address,
    async exec(argv, options): Promise<CommandResult> {
      const { exitCode, stdout, stderr, durationMs } = await run(argv, options)
      return { argv, exitCode, stdout, stderr, durationMs }
    },
    async readFile(path) {
      return (await run(['cat', path], { secret: true })).stdoutBytes
    },
    async writeFile(path, data, mode = 0o600) {
      // Only what arrived whole takes the file's place: whoever sends it may be killed meanwhile.
      const script =
        'set -e; umask 077; t="$(dirname "$1")/.$(basename "$1").$$"; cat > "$t"; [ "$(stat -c %s "$t")" = "$3" ]; chmod "$2" "$t"; mv "$t" "$1"'
      const words = [path, mode.toString(8), String(Buffer.byteLength(data))]
      await run(['sh', '-c', script, 'write-file', ...words], { input: data, secret: true })
    },
  }
}
