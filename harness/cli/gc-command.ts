import type { Command } from 'commander'
import { removeMountedFiles } from '../cluster/mounted-files.ts'
import { deleteCluster } from '../cluster/delete-cluster.ts'
import { entries, forget, type RegistryEntry } from '../cluster/registry.ts'
import { UsageError } from '../model/errors.ts'
import { removeAuxiliaryContainers } from '../cluster/auxiliary-containers.ts'
import { restoreHost } from '../host/setup/host-changes.ts'

interface GcOptions {
  readonly cluster?: string
  readonly kept?: true
  readonly host?: true
  readonly dryRun?: true
}

export function registerGc(program: Command): void {
  program
    .command('gc')
    .description('delete what killed runs left behind: only clusters that a run registered and whose run is dead')
    .option('--cluster <name>', 'this one, even if it was kept on purpose')
    .option('--kept', 'also the clusters that were kept on purpose')
    .option('--host', 'also put back the settings of this host that setup and kubelet changed')
    .option('--dry-run', 'show what would be deleted')
    .addHelpText('after', '\nExamples:\n  drill gc\n  drill gc --cluster drill-4f7k2m9a\n  drill gc --host')
    .action(async (options: GcOptions) => {
      const doomed = await doomedBy(options)
      for (const { cluster, runDir } of doomed) {
        console.log(`${options.dryRun ? 'would delete' : 'deleting'} ${cluster} (${runDir})`)
        if (options.dryRun) continue
        await removeAuxiliaryContainers(cluster)
        await deleteCluster(cluster)
        await removeMountedFiles(runDir)
        await forget(cluster)
      }
      if (doomed.length === 0) console.log('nothing left by a dead run')
      if (options.host && !options.dryRun) for (const line of await restoreHost()) console.log(line)
    })
}

async function doomedBy(options: GcOptions): Promise<readonly RegistryEntry[]> {
  const all = await entries()
  if (options.cluster === undefined) return all.filter((entry) => !entry.alive && (!entry.kept || options.kept))
  const named = all.find((entry) => entry.cluster === options.cluster)
  if (!named)
    throw new UsageError(
      `no run of drill registered a cluster called "${options.cluster}"`,
      'drill gc --kept --dry-run lists them',
    )
  if (named.alive && !named.kept)
    throw new UsageError(`the run that made ${named.cluster} is still alive (process ${named.pid})`, 'end it first')
  return [named]
}
