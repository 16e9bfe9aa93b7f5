import { CommanderError } from 'commander'

/** The user asked for something that does not exist or makes no sense. Exit code 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  /** What to type or do instead, one line; may be empty. */
  readonly mend: string

  constructor(message: string, mend = '', options?: ErrorOptions) {
    super(message, options)
    this.mend = mend
  }
}

/** The machine lacks something that a drill needs; found before anything was created. Exit code 3. */
export class PreflightError extends Error {
  override readonly name = 'PreflightError'
  /** What to type or do, one line; may be empty. */
  readonly mend: string

  constructor(message: string, mend = '', options?: ErrorOptions) {
    super(message, options)
    this.mend = mend
  }
}

/** The harness could not make, read or delete its own cluster; says nothing about the recovery. Exit code 3. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError'
  /** What to type or do, one line; may be empty. */
  readonly mend: string

  constructor(message: string, mend = '', options?: ErrorOptions) {
    super(message, options)
    this.mend = mend
  }
}

/** A drill that ended gives 0 pass, 1 fail or 2 unknown by its verdict; these are the codes of everything that did not get that far. */
export const exitCodes = { pass: 0, fail: 1, unknown: 2, harnessError: 3, usage: 64, interrupted: 130 } as const

/** The process exit code for an error that ends a command: 64 usage, 130 interrupted, 3 everything else (0 for commander's own --help). */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.usage
  if (error instanceof Error && error.name === 'AbortError') return exitCodes.interrupted
  return exitCodes.harnessError
}
