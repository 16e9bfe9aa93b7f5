import type { Command } from 'commander'
import { deleteWithFiles } from '../cluster/delete-with-files.ts'
import { damageText, type DamagedEntry, readRegistry } from '../cluster/registry.ts'
import { exitCodes, UsageError } from '../model/errors.ts'
import { removeAuxiliaryContainers } from '../cluster/auxiliary-containers.ts'
import { restoreHost } from '../host/setup/host-changes.ts'

interface GcOptions {
  readonly cluster?: string
  readonly kept?: true
  readonly host?: true
  readonly dryRun?: true
  readonly json?: true
}

/** A cluster to delete; a damaged registry entry has only a name. */
interface Doomed {
  readonly cluster: string
  readonly runDir?: string
}

/** What `drill gc --json` prints. */
interface GcResult {
  readonly dryRun: boolean
  /** With `dryRun`: what would be deleted. */
  readonly deleted: readonly Doomed[]
  /** Unreadable registry entries; they are not touched. */
  readonly damaged: readonly DamagedEntry[]
  /** The restored host settings, one line each. */
  readonly host: readonly string[]
}

export function registerGc(program: Command): void {
  program
    .command('gc')
    .description('delete clusters that killed runs left behind; only clusters in the registry of drill')
    .option('--cluster <name>', 'delete this cluster, even if it was kept or its registry entry is damaged')
    .option('--kept', 'also delete clusters that were kept')
    .option('--host', 'also restore the host settings that setup and kubelet changed')
    .option('--dry-run', 'print what would be deleted')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 3 something could not be deleted, or an entry of the registry cannot be read

Examples:
  drill gc
  drill gc --cluster drill-4f7k2m9a
  drill gc --host`,
    )
    .action(async (options: GcOptions) => {
      const result = await collect(options, options.json ? console.error : console.log)
      for (const entry of result.damaged) console.error(damageText(entry))
      if (options.json) console.log(JSON.stringify(result, null, 2))
      if (result.damaged.length > 0) process.exitCode = exitCodes.harnessError
    })
}

async function collect(options: GcOptions, say: (line: string) => void): Promise<GcResult> {
  const { doomed, damaged } = await doomedBy(options)
  for (const { cluster, runDir } of doomed) {
    say(`${options.dryRun ? 'would delete' : 'deleting'} ${cluster}${runDir === undefined ? '' : ` (${runDir})`}`)
    if (options.dryRun) continue
    await removeAuxiliaryContainers(cluster)
    await deleteWithFiles(cluster, runDir)
  }
  if (doomed.length === 0) say('nothing to delete')
  const host = options.host && !options.dryRun ? await restoreHost() : []
  for (const line of host) say(line)
  return { dryRun: options.dryRun ?? false, deleted: doomed, damaged, host }
}

async function doomedBy(options: GcOptions): Promise<{ doomed: readonly Doomed[]; damaged: readonly DamagedEntry[] }> {
  const { entries, damaged } = await readRegistry()
  const known = ({ cluster, runDir }: Doomed): Doomed => ({ cluster, ...(runDir === undefined ? {} : { runDir }) })
  if (options.cluster === undefined)
    return { doomed: entries.filter((entry) => !entry.alive && (!entry.kept || options.kept)).map(known), damaged }
  const lost = damaged.find(({ cluster }) => cluster === options.cluster)
  const others = damaged.filter((entry) => entry !== lost)
  if (lost) return { doomed: [{ cluster: lost.cluster }], damaged: others }
  const named = entries.find((entry) => entry.cluster === options.cluster)
  if (!named)
    throw new UsageError(
      `unknown cluster "${options.cluster}"`,
      'drill gc --kept --dry-run lists the registered clusters',
    )
  if (named.alive && !named.kept)
    throw new UsageError(`the run that made ${named.cluster} is still alive (process ${named.pid})`, 'end it first')
  return { doomed: [known(named)], damaged: others }
}
