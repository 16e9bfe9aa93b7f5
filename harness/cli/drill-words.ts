import { Command } from 'commander'
import { registerRun } from './run-command.ts'
import { defaultTopology, topologyOf, type TopologyOptions } from './topology-options.ts'

/** Options of `drill run` that say where and how loud it runs and by how many it is measured, but not what is drilled. */
const notOfTheDrill = [
  ...['out', 'keep', 'json', 'verbose', 'parallel', 'secondProber', 'nodeImage'],
  ...['controlPlanes', 'masters', 'workers'],
]

/**
 * The words after `drill run` that say what is drilled, each drill in one spelling: scenario, topology, then what differs from the
 * defaults, in the order of the help. A command line that this version does not know stays as it is.
 * @param scenario which of several on the command line, each of which is a drill of its own
 */
export function drillWords(argv: readonly string[], scenario?: string): string {
  const words = argv.slice(argv.indexOf('run') + 1)
  try {
    return canonical(words, scenario)
  } catch {
    return words.join(' ')
  }
}

function canonical(words: readonly string[], scenario?: string): string {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined })
  registerRun(program)
  const [command] = program.commands
  if (!command) throw new Error('no command run')
  const { operands, unknown } = command.exitOverride().parseOptions([...words])
  if (unknown.length > 0) throw new Error(`unknown option ${unknown[0] ?? ''}`)
  const given = command.options
    .filter((option) => !notOfTheDrill.includes(option.attributeName()))
    .flatMap((option) => {
      const value: unknown = command.getOptionValue(option.attributeName())
      const isDefault = JSON.stringify(value) === JSON.stringify(option.defaultValue)
      return isDefault ? [] : wordsOf(option.long ?? '', value)
    })
  const { controlPlanes, workers } = topologyOf(command.opts<TopologyOptions>(), defaultTopology)
  const scenarios = scenario === undefined ? operands : [scenario]
  return [...scenarios, '--control-planes', controlPlanes, '--workers', workers, ...given].join(' ')
}

function wordsOf(flag: string, value: unknown): readonly string[] {
  if (value === true) return [flag]
  if (Array.isArray(value)) return [flag, value.toSorted().join(',')]
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .toSorted()
      .flatMap(([key, one]) => [flag, `${key}=${String(one)}`])
  return [flag, String(value)]
}
