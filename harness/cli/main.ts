import { Command, CommanderError } from 'commander'
import { drillVersion } from '../host/package/drill-version.ts'
import { explain } from '../model/errors.ts'
import { commandExitCode } from './exit-code.ts'
import { registerCompletion } from './completion/completion-command.ts'
import { registerDiff } from './diff-command.ts'
import { registerDoctor } from './doctor-command.ts'
import { registerExplain } from './explain-command.ts'
import { registerGc } from './gc-command.ts'
import { registerHistory } from './history-command.ts'
import { registerJudge } from './judge-command.ts'
import { registerList } from './list-command.ts'
import { registerMerge } from './merge-command.ts'
import { ignoreEpipe } from './ignore-epipe.ts'
import { registerRecover } from './recover-command.ts'
import { registerReport } from './report-command.ts'
import { registerRun } from './run-command.ts'
import { registerSetup } from './setup-command.ts'

/** Runs the command line and resolves with the exit code. Errors are printed in one or two lines; NODE_DEBUG=drill adds the stack. */
export async function main(args: readonly string[]): Promise<number> {
  const program = drillProgram()
  ignoreEpipe()
  try {
    await program.parseAsync(['node', 'drill', ...args])
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      process.stderr.write(`drill: ${explain(error)}\n`)
      if ((process.env['NODE_DEBUG'] ?? '').includes('drill')) console.error(error)
    }
    return commandExitCode(error)
  }
}

/** The commands with their options; completion and the tests of the docs read it. */
export function drillProgram(): Command {
  const program = new Command('drill')
    .description(
      'Builds a real Kubernetes cluster, destroys its control plane, repairs it, and measures whether the workloads noticed.',
    )
    .version(drillVersion())
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .showHelpAfterError('(drill --help lists commands and options)')
    .exitOverride()
  for (const register of [
    registerDoctor,
    registerSetup,
    registerList,
    registerExplain,
    registerRun,
    registerRecover,
    registerJudge,
    registerReport,
    registerDiff,
    registerHistory,
    registerMerge,
    registerGc,
    registerCompletion,
  ]) {
    register(program)
  }
  for (const command of program.commands)
    command.exitOverride().showHelpAfterError(`(drill ${command.name()} --help shows usage and examples)`)
  return program.addHelpText(
    'after',
    `
Exit codes: 0 pass, 1 fail, 2 unknown, 3 harness error, 64 usage, 130 interrupted

Examples:
  drill setup                        install what a drill needs on this host
  drill run lost-pki --masters 1     destroy and repair a cluster, and measure the workloads
  drill explain lost-pki             show what that run would do
  drill report runs/latest           render the reports of the last run again`,
  )
}
