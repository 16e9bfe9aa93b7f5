import type { Command } from 'commander'
import type { RecoverOptions } from './recover-cluster.ts'
import { addRecoveryOptions } from './recovery-options.ts'

export function registerRecover(program: Command): void {
  const command = addRecoveryOptions(program.command('recover'))
    .argument('[run]', 'run directory of a kept cluster, or latest')
    .description('repair a cluster that drill run kept, or print the plan of the repair')
    .option('--cluster <name>', 'name of the cluster, instead of a run directory')
    .option('--plan', 'print the planned actions of each machine and change nothing')
    .option(
      '--finish',
      'after a lost service-account key: stop accepting its tokens; refused while the cluster has any',
    )
    .option('--recovery <id|command>', 'library, article, article-patient, or a command of your own', 'library')
    .option('--json', 'print the journal, one JSON event per line')
    .addHelpText(
      'after',
      `
Exit codes: 0 repaired or nothing to do, 1 the repair failed, 2 repaired but for what the result names, 5 refused and nothing changed, 64 usage

Examples:
  drill recover latest --plan
  drill recover latest --finish
  drill recover latest --replace ca --plan         ca.key is gone for good: what a new CA would take
  drill recover runs/20260101T120000Z-lost-pki-m1
  drill recover --cluster drill-4f7a2b9c`,
    )
  command.action(async (run: string | undefined, options: RecoverOptions) => {
    const { recoverCluster } = await import('./recover-cluster.ts')
    process.exitCode = await recoverCluster(run, options)
  })
}
