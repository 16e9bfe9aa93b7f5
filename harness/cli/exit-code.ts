import { CommanderError } from 'commander'
import { exitCodeOf, exitCodes } from '../model/errors.ts'

/** The exit code for an error that ends the command line: commander's own are usage errors, but for --help and --version. */
export function commandExitCode(error: unknown): number {
  if (!(error instanceof CommanderError)) return exitCodeOf(error)
  return error.exitCode === 0 ? exitCodes.pass : exitCodes.usage
}
