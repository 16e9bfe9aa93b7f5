import type { Command } from 'commander'
import { recoveryChoices, type RecoveryOptions } from '../../lib/engine/options.ts'
import { Option } from 'commander'
import type { RecoverOptions } from './recover-cluster.ts'

export function registerRecover(program: Command): void {
  const command = program
    .command('recover')
    .argument('[run]', 'run directory of a kept cluster, or latest')
    .description('repair a cluster that drill run kept, or print the plan of the repair')
    .option('--cluster <name>', 'name of the cluster, instead of a run directory')
    .option('--plan', 'print the planned actions of each machine and change nothing')
    .option('--recovery <id|command>', 'library, article, article-patient, or a command of your own', 'library')
    .option('--json', 'print the journal, one JSON event per line')
    .addHelpText(
      'after',
      `
Exit codes: 0 repaired or nothing to do, 1 the repair failed, 5 refused and nothing changed, 64 usage

Examples:
  drill recover latest --plan
  drill recover runs/20260101T120000Z-lost-pki-m1
  drill recover --cluster drill-4f7a2b9c`,
    )
  for (const name of Object.keys(recoveryChoices) as (keyof RecoveryOptions)[]) {
    const values = recoveryChoices[name]
    command.addOption(new Option(`--${name} <way>`, 'see drill run --help').choices(values).default(values[0]))
  }
  command.action(async (run: string | undefined, options: RecoverOptions) => {
    const { recoverCluster } = await import('./recover-cluster.ts')
    process.exitCode = await recoverCluster(run, options)
  })
}
