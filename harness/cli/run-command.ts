import { Option, type Command } from 'commander'
import type { RunOptions } from './run-scenario.ts'
import { wholeNumber } from './whole-number.ts'

export function registerRun(program: Command): void {
  program
    .command('run')
    .argument('<scenario>', 'one of drill list')
    .description('build a cluster, destroy it, repair it, judge, report')
    .addOption(
      new Option('--masters <n>', 'control planes, 1 to 3').default(1).argParser(wholeNumber('--masters', 1, 3)),
    )
    .addOption(new Option('--workers <n>', 'workers').default(2).argParser(wholeNumber('--workers', 1, 9)))
    .option('--node-image <ref>', 'a node image, such as an official kindest/node; default: what setup chose')
    .option(
      '--kubeadm-config <file>',
      "the kubeadm configuration the repair gets; default: the cluster's own, exported before the fault",
    )
    .addOption(
      new Option('--keep <when>', 'keep the cluster').choices(['never', 'on-failure', 'always']).default('never'),
    )
    .option('--out <dir>', 'where run directories go', 'runs')
    .option('--parallel', 'allow another drill on this engine at the same time; the measurements suffer')
    .option('--json', 'print the journal, a line an event')
    .option('-v, --verbose', 'also the commands run on the nodes')
    .addHelpText(
      'after',
      `
Exit codes: 0 pass, 1 fail, 2 unknown, 3 harness error, 64 usage, 130 interrupted

Examples:
  drill run lost-pki --masters 1
  drill run noop                                   nothing is destroyed: must pass
  drill run no-repair                              nothing is repaired: must fail
  drill run lost-pki --keep on-failure -v
  drill run lost-pki --node-image kindest/node:v1.36.4`,
    )
    .action(async (scenario: string, options: RunOptions) => {
      // Loaded only now: the engine's libraries take most of a second, and --help needs none of them.
      const { runScenario } = await import('./run-scenario.ts')
      process.exitCode = await runScenario(scenario, options)
    })
}
