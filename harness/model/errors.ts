/** An error that drill itself can explain: one line that says what is wrong, and how to fix it. */
abstract class DrillError extends Error {
  /** What to type or do, one line; may be empty. */
  readonly fix: string

  constructor(message: string, fix = '', options?: ErrorOptions) {
    super(message, options)
    this.fix = fix
  }
}

/** The user asked for something that does not exist or makes no sense. Exit code 64. */
export class UsageError extends DrillError {
  override readonly name = 'UsageError'
}

/** The machine lacks something that a drill needs; found before anything was created. Exit code 3. */
export class PreflightError extends DrillError {
  override readonly name = 'PreflightError'
}

/** The harness could not make, read or delete its own cluster; says nothing about the recovery. Exit code 3. */
export class ClusterError extends DrillError {
  override readonly name = 'ClusterError'
}

/** Somebody asked the run to stop. Exit code 130. */
export class InterruptedError extends DrillError {
  override readonly name = 'InterruptedError'
}

/**
 * A drill that ended gives 0 pass, 1 fail or 2 unknown by its verdict; the others are the codes of everything that did not get
 * that far. Of `drill recover` only: 2 recovered but for what the result names, 5 the repair refused, and changed nothing.
 */
export const exitCodes = {
  pass: 0,
  fail: 1,
  unknown: 2,
  degraded: 2,
  harnessError: 3,
  refused: 5,
  usage: 64,
  interrupted: 130,
} as const

/** The process exit code for an error that ends a run or a command: 64 usage, 130 interrupted, 3 everything else. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage
  if (error instanceof InterruptedError || (error instanceof Error && error.name === 'AbortError'))
    return exitCodes.interrupted
  return exitCodes.harnessError
}

/** What is wrong and, on a line of its own, what to do; without a stack. */
export function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return error instanceof DrillError && error.fix ? `${message}\n  to fix it: ${error.fix}` : message
}

/** The message of an error and of each cause below it, outermost first. */
export function errorChain(error: unknown): readonly string[] {
  const chain: string[] = []
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at.message)
  return chain.length > 0 ? chain : [String(error)]
}

/** Why a repair refused to begin: the reason of the PreconditionError among an error and its causes; undefined for other failures. */
export function refusalReason(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++)
    if (at.name === 'PreconditionError')
      return 'reason' in at && typeof at.reason === 'string' ? at.reason : 'precondition'
  return undefined
}
