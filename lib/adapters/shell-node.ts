import { CommandError } from '../engine/errors.ts'
import type { CommandResult, ExecOptions, Node, NodeRole } from '../node.ts'
import { shellSession, type SessionAnswer, type ShellSession } from './shell-session.ts'

const defaultTimeoutMs = 60_000

/** Exit codes that no command gave: of one that was ended because its time was over, and of one that was aborted or lost. */
const [timedOut, lost] = [124, -1]

/** How a machine is reached. */
export interface ShellNodeOptions {
  readonly name: string
  readonly role: NodeRole
  /** argv that runs what follows it on the machine, as root; see shellSession. */
  readonly prefix: readonly string[]
}

/**
 * A machine that is reached through a shell: commands run in as many kept sessions as there were commands at once. Exit code 124
 * is a time-out, -1 an abort or a session that ended, as when the machine went away.
 */
export function shellNode({ name, role, prefix }: ShellNodeOptions): Node {
  const idle: ShellSession[] = []
  const run = async (argv: readonly string[], options: ExecOptions = {}) => {
    options.signal?.throwIfAborted()
    const started = performance.now()
    const open = idle.splice(0).filter(({ ended }) => !ended)
    const session = open.pop() ?? shellSession(prefix)
    idle.push(...open)
    const { exitCode, stdout, stderr } = await answerInTime(session, argv, options)
    if (!session.ended) idle.push(session)
    options.signal?.throwIfAborted()
    const durationMs = performance.now() - started
    const result: CommandResult = { argv, exitCode, stdout: stdout.toString(), stderr: stderr.toString(), durationMs }
    // Who logs the error with all that it holds logs no secret.
    if (exitCode !== 0) throw new CommandError(name, options.public ? result : { ...result, stdout: '' })
    return { result, bytes: stdout }
  }
  return {
    name,
    role,
    exec: async (argv, options) => (await run(argv, options)).result,
    readFile: async (path) => (await run(['cat', path])).bytes,
    async writeFile(path, data, mode = 0o600) {
      // Only what arrived whole takes the file's place: the sender may be killed meanwhile.
      const script =
        'set -e; umask 077; t="$(dirname "$1")/.$(basename "$1").$$"; cat > "$t"; [ "$(stat -c %s "$t")" = "$3" ]; chmod "$2" "$t"; mv "$t" "$1"'
      const words = [path, mode.toString(8), String(Buffer.byteLength(data))]
      await run(['sh', '-c', script, 'write-file', ...words], { input: data })
    },
  }
}

async function answerInTime(session: ShellSession, argv: readonly string[], options: ExecOptions) {
  const { signal, timeoutMs = defaultTimeoutMs, input = '' } = options
  const { promise: ended, resolve } = Promise.withResolvers<number>()
  const timer = setTimeout(() => resolve(timedOut), timeoutMs)
  const onAbort = () => resolve(lost)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const answer = session.run(argv, typeof input === 'string' ? Buffer.from(input) : input)
    const first = await Promise.race([answer, ended])
    if (typeof first !== 'number') return { ...first, exitCode: first.exitCode ?? lost }
    session.end()
    const partial: SessionAnswer = await answer
    return { ...partial, exitCode: partial.exitCode ?? first }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}
