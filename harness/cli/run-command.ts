import { Option, type Command } from 'commander'
import { parseBudget } from './budget-option.ts'
import { parseEvictionWindow } from './eviction-window-option.ts'
import { addRecoveryOptions } from './recovery-options.ts'
import type { RunOptions } from './run-scenario.ts'
import { addTopologyOptions, defaultTopology } from './topology-options.ts'
import { limitMemory } from '../host/process/memory-limit.ts'

/** Names and directories, with commas or by giving the option again. */
const parseWorkloads = (words: string, before?: readonly string[]): readonly string[] => [
  ...(before ?? []),
  ...words.split(',').filter(Boolean),
]

export function registerRun(program: Command): void {
  addRecoveryOptions(addTopologyOptions(program.command('run'), defaultTopology))
    .argument('<scenario...>', 'scenario ids, see drill list')
    .description('create a cluster, inject the fault, repair it, judge the run, write reports')
    .option('--node-image <ref>', 'node image, for example kindest/node:v1.36.4 (default: the image that setup chose)')
    .option(
      '--kubeadm-config <file>',
      'your copy of the kubeadm configuration, for the repair (default: the repair reads it from the control planes)',
    )
    .option(
      '--kubeadm-patch <file>',
      'patch of the kubeadm configuration, to make the cluster resemble yours (kubeadmConfigPatches of kind); put files that its flags refer to into FILE without .yaml plus .files/: they are mounted at /srv/cluster-files, lost with the fault and restored before the repair',
    )
    .option(
      '--workload <dir>',
      'what runs beside the built-in workload `web`: `database` or `neighbours` (after drill setup --with database or neighbours), or a directory of manifests and files whose workload.yaml says what to probe and what must hold after the repair; may be given again',
      parseWorkloads,
    )
    .option(
      '--recovery <id|command>',
      'library, article, article-patient, or a command of your own such as ./repair.sh (default: that of the scenario)',
    )
    .option('--interrupt-after <step>', 'kill the repair (SIGKILL) after this step, then run it again')
    .option(
      '--interrupt-in <step[:n]>',
      'kill the repair at command n of this step, from 1 (default: 1), then run it again; for a command of your own, at line n of its output',
    )
    .option(
      '--budget <milestone=seconds>',
      'judge a milestone by this budget instead of that of the scenario; may be given again',
      parseBudget,
    )
    .option('--plan-only', 'inject the fault and print the plan of the repair, without repairing')
    .addOption(
      new Option(
        '--eviction-window <window>',
        'how long to watch the cluster after the repair: short, 65 s, in which a canary would be evicted; real, the 6 minutes after which pods with the default tolerations would; or seconds',
      )
        .argParser(parseEvictionWindow)
        .default('short'),
    )
    .addOption(
      new Option('--keep <when>', 'when to keep the cluster after the run')
        .choices(['never', 'on-failure', 'always'])
        .default('never'),
    )
    .option(
      '--control <run>',
      'a noop run of the same topology, whose gaps stand beside those of this run in its reports (default: the newest in --out)',
    )
    .option(
      '--second-prober',
      'let a second prober, a small Go program, sample two of the paths too; unless the two agree the run is unknown (drill setup builds it where Go is installed)',
    )
    .option('--out <dir>', 'parent of the run directory', 'runs')
    .option('--parallel', 'allow other drills on this engine at the same time (affects the measurements)')
    .option('--json', 'print the journal to stdout, one JSON event per line')
    .option('-v, --verbose', 'also print the commands run on the nodes')
    .addHelpText(
      'after',
      `
Exit codes: 0 pass, 1 fail, 2 unknown, 3 harness error, 64 usage, 130 interrupted; of several scenarios the worst

Examples:
  drill run lost-pki --masters 1
  drill run lost-sa-key --masters 3 --lazy
  drill run lost-kubeconfigs lost-manifests noop   one after another, on one cluster as long as they pass
  drill run noop                                   no fault: must pass
  drill run no-repair                              no repair: must fail
  drill run lost-pki --keep on-failure -v
  drill run lost-pki --eviction-window real        wait out the 300 s after which ordinary pods are evicted
  drill run lost-pki --interrupt-in start-etcd     kill the repair in a step and run it again: must pass
  drill run lost-pki --masters 1 --recovery examples/repair.sh --budget recovered=120
  drill run lost-pki --plan-only --keep always     print the plan; then: drill recover latest
  drill run noop --kubeadm-patch examples/hardened.yaml
  drill run lost-pki --masters 1 --workload database
  drill run lost-pki --masters 1 --workload examples/neighbourhood
  drill run noop --second-prober
  drill run lost-pki --node-image kindest/node:v1.36.4`,
    )
    .action(async (scenarios: string[], options: RunOptions) => {
      // Imported lazily: the engine libraries take most of a second to load, and --help does not need them.
      const { runScenarios } = await import('./run-scenario.ts')
      limitMemory()
      process.exitCode = await runScenarios(scenarios, options)
    })
}
