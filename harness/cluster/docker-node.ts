import { CommandError } from '../../lib/engine/errors.ts'
import type { ExecOptions, NodeRole } from '../../lib/node.ts'
import type { HostCommandResult } from '../host/process/host-command.ts'
import type { Machine } from '../model/model.ts'
import { dockerSession, type DockerSession, type SessionAnswer } from './docker-session.ts'

const defaultTimeoutMs = 60_000

/**
 * A kind node as the recovery library sees a machine: commands go into its container, privileged as kind itself does it,
 * through as many kept sessions as there were commands at once.
 */
export function dockerNode(name: string, role: NodeRole, address: string): Machine {
  const idle: DockerSession[] = []
  const run = async (argv: readonly string[], options: ExecOptions = {}): Promise<HostCommandResult> => {
    options.signal?.throwIfAborted()
    const started = performance.now()
    const open = idle.splice(0).filter(({ ended }) => !ended)
    const session = open.pop() ?? dockerSession(name)
    idle.push(...open)
    const { exitCode, stdout, stderr } = await answerInTime(session, argv, options)
    if (!session.ended) idle.push(session)
    options.signal?.throwIfAborted()
    const result = {
      argv,
      exitCode,
      stdout: stdout.toString(),
      stdoutBytes: stdout,
      stderr: stderr.toString(),
      durationMs: performance.now() - started,
    }
    if (exitCode !== 0) throw new CommandError(name, result)
    return result
  }
  return {
    name,
    role,
    address,
    async exec(argv, options) {
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

/** Exit code 124 is a time-out, -1 an abort or a session that ended, as when its container went away. */
async function answerInTime(session: DockerSession, argv: readonly string[], options: ExecOptions) {
  const { signal, timeoutMs = defaultTimeoutMs, input = '' } = options
  const { promise: cut, resolve } = Promise.withResolvers<number>()
  const timer = setTimeout(() => resolve(124), timeoutMs)
  const onAbort = () => resolve(-1)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const answer = session.run(argv, typeof input === 'string' ? Buffer.from(input) : input)
    const first = await Promise.race([answer, cut])
    if (typeof first !== 'number') return { ...first, exitCode: first.exitCode ?? -1 }
    session.end()
    const partial: SessionAnswer = await answer
    return { ...partial, exitCode: partial.exitCode ?? first }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}
