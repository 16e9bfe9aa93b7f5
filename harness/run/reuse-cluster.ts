import { copyFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { workDir } from '../../lib/index.ts'
import { clusterReady } from '../cluster/cluster-ready.ts'
import { register } from '../cluster/registry.ts'
import type { Cluster } from '../model/cluster.ts'
import type { DrillContext } from '../model/context.ts'
import type { DrillPlan } from './environment-port.ts'

/**
 * Makes the cluster of a drill that passed ready for the next one: nothing of the earlier repair is left on the machines, so that
 * it cannot help the next; what a refusal left lost is put back; the kubeconfig moves to the next run. The workload runs on, as what
 * it is: pods that have lived through a repair. Resolves when the cluster is ready. Rejects with WaitTimeoutError.
 */
export async function reuseCluster(
  before: Pick<DrillPlan, 'runDir' | 'scenario'>,
  { runDir }: Pick<DrillPlan, 'runDir'>,
  context: Pick<DrillContext, 'api' | 'cluster' | 'signal'>,
  onWaiting: (missing: string) => void,
): Promise<Cluster> {
  const { cluster, signal } = context
  await register(cluster.name, runDir)
  const kubeconfigPath = join(runDir, 'kubeconfig')
  await rename(cluster.kubeconfigPath, kubeconfigPath)
  await copyFile(join(before.runDir, 'kind.yaml'), join(runDir, 'kind.yaml'))
  await removeRepairFiles(context)
  for (const loss of before.scenario.losses) await loss.putBack?.(cluster)
  await clusterReady({ api: () => context.api(), nodes: cluster.machines.length, onWaiting, signal })
  return { ...cluster, kubeconfigPath }
}

/** As before the first loss: nothing of an earlier repair helps the next. */
export async function removeRepairFiles({ cluster, signal }: Pick<DrillContext, 'cluster' | 'signal'>): Promise<void> {
  await Promise.all(cluster.machines.map((machine) => machine.exec(['rm', '-rf', workDir], { signal })))
}
