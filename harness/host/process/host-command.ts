import { stripVTControlCharacters } from 'node:util'
import { execa } from 'execa'
import type { CommandResult } from '../../../lib/node.ts'
import { sendSignal } from './send-signal.ts'

export interface HostCommandOptions {
  readonly input?: string | Uint8Array
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly onLine?: (line: string) => void
  readonly env?: Readonly<Record<string, string>>
}

export interface HostCommandResult extends CommandResult {
  /** Standard output as bytes, for files. */
  readonly stdoutBytes: Buffer
}

/**
 * Runs a command of this host (docker, kind) and returns its result whatever the exit code; 124 is a time-out, -1 «could
 * not be started» or «aborted». It gets a process group of its own: a Ctrl-C of the terminal reaches drill alone, which then
 * ends the whole group, and a second one cannot kill a clean-up.
 */
export async function hostCommand(
  argv: readonly [string, ...string[]],
  options: HostCommandOptions = {},
): Promise<HostCommandResult> {
  const started = performance.now()
  const [file, ...args] = argv
  const child = execa(file, args, {
    encoding: 'buffer',
    input: options.input ?? '',
    reject: false,
    detached: true,
    cleanup: true,
    stripFinalNewline: false,
    env: { ...options.env },
  })
  if (options.onLine) {
    child.stdout.on('data', linesTo(options.onLine))
    child.stderr.on('data', linesTo(options.onLine))
  }
  const cut = cutShort(child.pid, options)
  const result = await child
  cut.done()
  const stdoutBytes = Buffer.from(result.stdout)
  const notStarted = result.exitCode === undefined ? (result.originalMessage ?? '') : ''
  return {
    argv,
    exitCode: cut.exitCode() ?? result.exitCode ?? -1,
    stdout: stdoutBytes.toString(),
    stdoutBytes,
    stderr: Buffer.from(result.stderr).toString() || notStarted,
    durationMs: performance.now() - started,
  }
}

/** Ends the process group at the time-out or the abort, and knows the exit code that this means. */
function cutShort(pid: number | undefined, { timeoutMs, signal }: HostCommandOptions) {
  const cut: { exitCode?: number } = {}
  const end = (exitCode: number) => () => {
    cut.exitCode ??= exitCode
    killGroup(pid)
  }
  const onAbort = end(-1)
  const timer = timeoutMs === undefined ? undefined : setTimeout(end(124), timeoutMs)
  if (signal?.aborted) onAbort()
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    exitCode: () => cut.exitCode,
    done() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    },
  }
}

/** Cuts a stream into lines; control sequences of a terminal are left out. */
function linesTo(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = ''
  return (chunk) => {
    const lines = (rest + stripVTControlCharacters(chunk.toString())).split(/[\r\n]+/)
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim()) onLine(line)
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  for (const [signal, delayMs] of [
    ['SIGTERM', 0],
    ['SIGKILL', 3000],
  ] as const) {
    setTimeout(() => sendSignal(-pid, signal), delayMs).unref()
  }
}
