import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { deleteCluster } from './delete-cluster.ts'
import { removeMountedFiles } from './mounted-files.ts'
import { forget } from './registry.ts'

/**
 * Deletes a cluster, the files that are there only as long as it is (its kubeconfig, and those that a kubeadm patch mounts), and its
 * entry in the registry. Idempotent. Rejects with ClusterError when containers remain; the entry stays then.
 * @param runDir of its drill; undefined where that is not known
 */
export async function deleteWithFiles(name: string, runDir: string | undefined): Promise<void> {
  await deleteCluster(name)
  if (runDir !== undefined) {
    await rm(join(runDir, 'kubeconfig'), { force: true })
    await removeMountedFiles(runDir)
  }
  await forget(name)
}
