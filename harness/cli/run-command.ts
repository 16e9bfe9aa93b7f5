import { Option, type Command } from 'commander'
import { recoveryChoices } from '../../lib/engine/options.ts'
import type { RunOptions } from './run-scenario.ts'
import { addTopologyOptions, defaultTopology } from './topology-options.ts'

export function registerRun(program: Command): void {
  addTopologyOptions(program.command('run'), defaultTopology)
    .argument('<scenario>', 'one of drill list')
    .description('build a cluster, destroy it, repair it, judge, report')
    .option('--node-image <ref>', 'a node image, such as an official kindest/node; default: what setup chose')
    .option(
      '--kubeadm-config <file>',
      'the kubeadm configuration that you kept, for the repair; default: the repair finds it on the machines',
    )
    .option(
      '--kubeadm-patch <file>',
      "a kubeadm patch that makes the cluster look like yours (kind's kubeadmConfigPatches); files that its flags name stand beside mine.yaml in mine.files/, and on the control planes in /srv/cluster-files; the disaster takes them, and they are put back before the repair",
    )
    .option(
      '--recovery <who>',
      'who repairs: library, article, article-patient, or a command of yours such as ./repair.sh; default: what the scenario says',
    )
    .addOption(choice('distribution', 'how the CAs reach the other control planes'))
    .addOption(choice('kubelets', 'how kubelets get their identity'))
    .addOption(choice('controllers', 'how the controller manager is held back until every Node is back'))
    .addOption(choice('clients', 'what happens to pods that still hold the old CA or token'))
    .option('--interrupt-after <step>', 'kill the repair (SIGKILL) after this step, and run it again')
    .option(
      '--interrupt-in <step[:n]>',
      "kill it in the middle of this step's n-th command (default 1; in a command of yours at the n-th line that it prints), and run it again",
    )
    .option('--plan-only', 'destroy, show what the repair would do, and change nothing')
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
  drill run lost-pki --interrupt-in start-etcd     the repair is killed there, and run again: must pass
  drill run lost-pki --masters 1 --recovery examples/repair.sh
  drill run lost-pki --plan-only --keep always     what the repair would do; then: drill recover latest
  drill run noop --kubeadm-patch examples/hardened.yaml
  drill run lost-pki --node-image kindest/node:v1.36.4`,
    )
    .action(async (scenario: string, options: RunOptions) => {
      // Loaded only now: the engine's libraries take most of a second, and --help needs none of them.
      const { runScenario } = await import('./run-scenario.ts')
      process.exitCode = await runScenario(scenario, options)
    })
}

/** An option of the repair, with its values; the first is the default. */
function choice(name: keyof typeof recoveryChoices, what: string): Option {
  const values = recoveryChoices[name]
  return new Option(`--${name} <way>`, what).choices(values).default(values[0])
}
