import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'

/** The answer of one command; the exit code is null when the session ended under it. */
export interface SessionAnswer {
  readonly exitCode: number | null
  readonly stdout: Buffer
  readonly stderr: Buffer
}

/** A shell on a machine that runs one command after another. */
export interface ShellSession {
  /** One at a time. Never rejects: what went wrong is in the answer. */
  run(argv: readonly string[], input: Uint8Array): Promise<SessionAnswer>
  readonly ended: boolean
  /** Ends the client. A command that still runs on the machine runs on, as after a lost connection. */
  end(): void
}

/**
 * Reads a line `NONCE BYTES BYTES`, then that many bytes of words that each end with NUL, and of standard input. The last
 * word is the nonce again, so that half a command of a client that was killed is not run. What the command does not read is
 * drained, and the nonce ends what it wrote on both streams.
 */
const server = `
while IFS=' ' read -r nonce words bytes; do
  mapfile -d '' -t argv < <(head -c "$words")
  if [ "\${argv[-1]}" != "$nonce" ]; then exit 1; fi
  unset 'argv[-1]'
  if [ "$bytes" = 0 ]; then "\${argv[@]}" < /dev/null; code=$?
  else { "\${argv[@]}"; code=$?; cat > /dev/null; } < <(head -c "$bytes"); fi
  printf '%s%d\\n' "$nonce" "$code"
  printf '%s\\n' "$nonce" >&2
done
`

/**
 * Opens a bash on a machine and keeps it. To start a client costs a tenth of a second of processor time, which a repair of five
 * machines cannot afford some hundred times. An idle session keeps neither this process alive nor, once this process is gone,
 * itself.
 * @param prefix argv that runs what follows it on the machine, as root and with its standard input, such as
 *   `['docker', 'exec', '--interactive', NAME]` or `['ssh', 'root@HOST']`. All that follows is the word `bash`, which reads its
 *   program from standard input, because ssh gives its words to a shell that would split them.
 */
export function shellSession(prefix: readonly string[]): ShellSession {
  const [program = '', ...args] = prefix
  const child = spawn(program, [...args, 'bash'], { detached: true })
  const state = { ended: false }
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      state.ended = true
      resolve()
    }
    child.once('close', end)
    child.once('error', (error) => {
      child.stderr.push(`${error.message}\n`)
      end()
    })
  })
  // A write to a session that has just ended is answered by its end.
  child.stdin.on('error', () => undefined)
  child.stdin.write(server)
  keepAlive(child, false)
  return {
    get ended() {
      return state.ended
    },
    end: () => killGroup(child.pid),
    async run(argv, input) {
      keepAlive(child, true)
      const nonce = randomBytes(16).toString('hex')
      const [out, problems] = [collect(child.stdout, nonce), collect(child.stderr, nonce)]
      const words = Buffer.from([...argv, nonce].map((word) => `${word}\0`).join(''))
      child.stdin.write(Buffer.concat([Buffer.from(`${nonce} ${words.length} ${input.length}\n`), words, input]))
      await Promise.race([Promise.all([out.done, problems.done]), ended])
      keepAlive(child, false)
      const [stdout, stderr] = [out.stop(), problems.stop()]
      return { exitCode: stdout.rest === null ? null : Number(stdout.rest), stdout: stdout.bytes, stderr: stderr.bytes }
    },
  }
}

/** The client and what it started; the session is a process group of its own. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Collects what a stream says until a line that begins with the nonce, or until it is stopped. */
function collect(stream: NodeJS.ReadableStream, nonce: string) {
  let bytes = Buffer.alloc(0)
  let rest: string | null = null
  const { promise: done, resolve } = Promise.withResolvers<null>()
  const onData = (chunk: Buffer) => {
    // The nonce may be split over two chunks: the search begins a little before the new one.
    const from = Math.max(0, bytes.length - nonce.length - 8)
    bytes = Buffer.concat([bytes, chunk])
    const at = bytes.indexOf(nonce, from)
    const end = at < 0 ? -1 : bytes.indexOf('\n', at)
    if (end < 0) return
    rest = bytes.subarray(at + nonce.length, end).toString()
    bytes = bytes.subarray(0, at)
    resolve(null)
  }
  stream.on('data', onData)
  return {
    done,
    stop() {
      stream.off('data', onData)
      return { bytes, rest }
    },
  }
}

function keepAlive(child: ChildProcessWithoutNullStreams, isKept: boolean): void {
  const change = isKept ? 'ref' : 'unref'
  // Pipes to a child are sockets, which the types do not say.
  for (const each of [child, ...([child.stdin, child.stdout, child.stderr] as unknown as Socket[])]) each[change]()
}
