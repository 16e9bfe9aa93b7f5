import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { sendSignal } from '../host/process/send-signal.ts'

/** What a command in a container answered; the code is null when the session ended under it. */
export interface SessionAnswer {
  readonly exitCode: number | null
  readonly stdout: Buffer
  readonly stderr: Buffer
}

/** A shell in a container that runs one command after another. */
export interface DockerSession {
  /** One at a time. */
  run(argv: readonly string[], input: Uint8Array): Promise<SessionAnswer>
  readonly ended: boolean
  /** Ends the client; a command that still runs in the container runs on, as with `docker exec`. */
  end(): void
}

/**
 * Reads a line `NONCE BYTES BYTES`, then that many bytes of words that each end with NUL, and of standard input. The last
 * word is the nonce again: half a script of a client that was killed meanwhile is not run. What the
 * command does not read is drained, and the nonce ends what it wrote on both streams.
 */
const server = `
while IFS=' ' read -r nonce words bytes; do
  mapfile -d '' -t argv < <(head -c "$words")
  if [ "\${argv[-1]}" != "$nonce" ]; then exit 1; fi
  unset 'argv[-1]'
  { "\${argv[@]}"; code=$?; cat > /dev/null; } < <(head -c "$bytes")
  printf '%s%d\\n' "$nonce" "$code"
  printf '%s\\n' "$nonce" >&2
done
`

/**
 * Opens a shell in a container. `docker exec` costs a tenth of a second of the processor for each command, which a repair of
 * five machines on one host cannot spare some hundred times; here a command costs what it costs over a kept ssh connection.
 * An idle session keeps neither this process alive nor, once this process is gone, itself.
 */
export function dockerSession(container: string): DockerSession {
  const child = spawn('docker', ['exec', '--privileged', '--interactive', container, 'bash', '-c', server], {
    detached: true,
  })
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
  keepAlive(child, false)
  return {
    get ended() {
      return state.ended
    },
    end() {
      if (child.pid !== undefined) sendSignal(-child.pid, 'SIGKILL')
    },
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

/** Gathers what a stream says until a line that begins with the nonce, or until it is stopped. */
function collect(stream: NodeJS.ReadableStream, nonce: string) {
  let bytes = Buffer.alloc(0)
  let rest: string | null = null
  const { promise: done, resolve } = Promise.withResolvers<null>()
  const onData = (chunk: Buffer) => {
    // The nonce may be cut in two: it is looked for from a little before the new chunk.
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
