import type { CommandResult } from '../node.ts'
import type { PreconditionReason } from './precondition-reasons.ts'

/** A command on a machine failed, timed out (`exitCode` 124) or could not be started (`exitCode` -1). */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly node: string
  readonly result: CommandResult

  constructor(node: string, result: CommandResult, options?: ErrorOptions) {
    const [name, line] = [nameOf(result.argv), errorLine(result.stderr)]
    super(`${name} exited with ${result.exitCode} on ${node}${line ? `: ${line.slice(0, 300)}` : ''}`, options)
    this.node = node
    this.result = result
  }
}

/** The title of a script of runScript; the first words of another command. */
function nameOf(argv: readonly string[]): string {
  const [program, , script = ''] = argv
  const title = program === 'bash' ? /^# (.*)/.exec(script)?.[1] : undefined
  return title === undefined ? argv.slice(0, 3).join(' ').replaceAll(/\s+/g, ' ').slice(0, 80) : `"${title}"`
}

/**
 * The last line that mentions an error, else the last: kubeadm ends its errors with a hint at its own options, and
 * whatever runs beside a failed command may keep writing.
 */
function errorLine(stderr: string): string {
  const lines = stderr.trim().split('\n')
  const found = lines.findLast((line) => /\berror\b/i.test(line) && !line.startsWith('To see the stack trace'))
  return (found ?? lines.at(-1) ?? '').trim()
}

/** A condition did not hold in time; `cause` is the last error while waiting. */
export class WaitTimeoutError extends Error {
  override readonly name = 'WaitTimeoutError'
  readonly what: string
  readonly waitedMs: number

  constructor(what: string, waitedMs: number, options?: ErrorOptions) {
    const last = options?.cause instanceof Error ? `; last: ${options.cause.message}` : ''
    super(`timed out after ${Math.round(waitedMs / 1000)} s waiting until ${what}${last}`, options)
    this.what = what
    this.waitedMs = waitedMs
  }
}

/** A step of a recovery failed; `cause` says why. */
export class StepError extends Error {
  override readonly name = 'StepError'
  readonly step: string

  constructor(step: string, options?: ErrorOptions) {
    const cause = options?.cause instanceof Error ? `: ${options.cause.message}` : ''
    super(`recovery step "${step}" failed${cause}`, options)
    this.step = step
  }
}

/** The repair was refused before it could do harm; the message says what an operator must do. */
export class PreconditionError extends Error {
  override readonly name = 'PreconditionError'
  /** For callers that tell refusals apart. */
  readonly reason: PreconditionReason

  constructor(message: string, options: ErrorOptions & { readonly reason: PreconditionReason }) {
    super(message, options)
    this.reason = options.reason
  }
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
