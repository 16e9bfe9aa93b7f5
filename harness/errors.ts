/** An error that drill itself can explain: one line that says what is wrong, and what mends it. */
abstract class DrillError extends Error {
  /** A command or an advice; shown under the message. */
  readonly mend: string | undefined

  constructor(message: string, options: ErrorOptions & { readonly mend?: string } = {}) {
    super(message, options)
    this.mend = options.mend
  }
}

/** The call was wrong: exit code 64. */
export class UsageError extends DrillError {
  override readonly name = 'UsageError'
}

/** Something that a drill needs is missing; nothing was created: exit code 3. */
export class PreflightError extends DrillError {
  override readonly name = 'PreflightError'
}

/** The engine or kind did not do its part: exit code 3. */
export class ClusterError extends DrillError {
  override readonly name = 'ClusterError'
}

/** Somebody asked the run to stop: exit code 130. */
export class InterruptedError extends DrillError {
  override readonly name = 'InterruptedError'
}

export const exitCodes = { pass: 0, fail: 1, unknown: 2, harness: 3, usage: 64, interrupted: 130 } as const

/** The exit code for what ended a command early. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage
  if (error instanceof InterruptedError) return exitCodes.interrupted
  return exitCodes.harness
}

/** What is wrong and what to do, in one or two lines, without a stack. */
export function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return error instanceof DrillError && error.mend ? `${message}\n  to mend it: ${error.mend}` : message
}

/** The message of an error and of each cause below it, outermost first. */
export function errorChain(error: unknown): readonly string[] {
  const chain: string[] = []
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at.message)
  return chain.length > 0 ? chain : [String(error)]
}
