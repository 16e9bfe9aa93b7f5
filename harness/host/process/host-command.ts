import { stripVTControlCharacters } from 'node:util'
import { execa } from 'execa'
import type { CommandResult } from '../../../lib/node.ts'

export interface HostCommandOptions {
  readonly input?: string | Uint8Array
  /** Default: none. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Each line of standard output and standard error as it comes. */
  readonly onLine?: (line: string) => void
  readonly env?: Readonly<Record<string, string>>
}

export interface HostCommandResult extends CommandResult {
  /** Standard output as bytes, for files. */
  readonly stdoutBytes: Buffer
}

/** Between SIGTERM and SIGKILL. */
const killAfterMs = 3000

/**
 * Runs a command of this host (docker, kind) and returns its result whatever the exit code; 124 is a timeout, -1 "could
 * not be started" or "aborted". It gets a process group of its own: a Ctrl-C of the terminal reaches drill alone, which
 * then ends the whole group, and a second one cannot kill a cleanup.
 */
export async function hostCommand(
  argv: readonly [string, ...string[]],
  options: HostCommandOptions = {},
): Promise<HostCommandResult> {
  const { input = '', timeoutMs, signal, onLine, env } = options
  const started = performance.now()
  const [file, ...args] = argv
  const child = execa(file, args, {
    encoding: 'buffer',
    input,
    reject: false,
    killDescendants: true,
    forceKillAfterDelay: killAfterMs,
    stripFinalNewline: false,
    env: { ...env },
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  })
  if (onLine) {
    child.stdout.on('data', linesTo(onLine))
    child.stderr.on('data', linesTo(onLine))
  }
  const result = await child
  const stdoutBytes = Buffer.from(result.stdout)
  const notStarted = result.exitCode === undefined ? (result.originalMessage ?? '') : ''
  return {
    argv,
    exitCode: result.timedOut ? 124 : result.isCanceled ? -1 : (result.exitCode ?? -1),
    stdout: stdoutBytes.toString(),
    stdoutBytes,
    stderr: Buffer.from(result.stderr).toString() || notStarted,
    durationMs: performance.now() - started,
  }
}

/** Splits a stream into lines; control sequences of a terminal are left out. */
function linesTo(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = ''
  return (chunk) => {
    const lines = (rest + stripVTControlCharacters(chunk.toString())).split(/[\r\n]+/)
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim()) onLine(line)
  }
}
