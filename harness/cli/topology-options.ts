import { type Command, Option } from 'commander'
import { UsageError } from '../model/errors.ts'
import type { Topology } from '../model/cluster.ts'

/** The topology as parsed by commander; `--masters` is the same as `--control-planes`. */
export interface TopologyOptions {
  readonly controlPlanes?: number
  readonly masters?: number
  readonly workers: number
}

/** The default of `drill run`: the smallest cluster whose workload has a second node. */
export const defaultTopology: Topology = { controlPlanes: 1, workers: 2 }

/** Adds `--control-planes`, `--masters` and `--workers` to a command; `defaults` shows in its help. */
export function addTopologyOptions(command: Command, defaults: Topology): Command {
  return command
    .addOption(
      new Option(
        '--control-planes <n>',
        `number of control planes, 1 to 3 (default: ${defaults.controlPlanes})`,
      ).argParser(parseInteger('--control-planes', 1, 3)),
    )
    .addOption(new Option('--masters <n>', 'same as --control-planes').argParser(parseInteger('--masters', 1, 3)))
    .addOption(
      new Option('--workers <n>', 'number of workers, 1 to 9')
        .default(defaults.workers)
        .argParser(parseInteger('--workers', 1, 9)),
    )
}

/** The topology from the options. Throws UsageError where --control-planes and --masters differ. */
export function topologyOf({ controlPlanes, masters, workers }: TopologyOptions, defaults: Topology): Topology {
  if (controlPlanes !== undefined && masters !== undefined && controlPlanes !== masters)
    throw new UsageError(
      `--control-planes ${controlPlanes} and --masters ${masters} contradict each other`,
      'they mean the same: pass one of them',
    )
  return { controlPlanes: controlPlanes ?? masters ?? defaults.controlPlanes, workers }
}

/** A parser for integer options; it throws UsageError with the allowed range. */
export function parseInteger(flag: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN
    if (value >= min && value <= max) return value
    throw new UsageError(`${flag} must be an integer from ${min} to ${max}, not "${text}"`)
  }
}
