import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** Where the control planes see the files of a kubeadm patch: outside of /etc/kubernetes, so that they outlive its loss as an operator's restored files would. */
export const clusterFilesMount = '/srv/cluster-files'

/** Stands in a file for a key that must never be committed: 32 random bytes in base64, the same in every file of one cluster. */
const keyPlaceholder = 'DRILL_RANDOM_KEY'

const directoryOf = (runDir: string) => join(resolve(runDir), 'cluster-files')

/**
 * Copies the files that flags of a kubeadm patch name into the run directory, with a key made for this cluster, and returns the
 * copies' directory, absolute. They are there only while the cluster lives, as its kubeconfig is.
 */
export async function makeClusterFiles(filesDir: string, runDir: string): Promise<string> {
  const directory = directoryOf(runDir)
  const key = randomBytes(32).toString('base64')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const entries = await readdir(filesDir, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((one) => one.isFile())) {
    const source = join(entry.parentPath, entry.name)
    const target = join(directory, source.slice(join(filesDir).length))
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await writeFile(target, (await readFile(source, 'utf8')).replaceAll(keyPlaceholder, key), { mode: 0o600 })
  }
  return directory
}

/** Idempotent. */
export async function removeClusterFiles(runDir: string): Promise<void> {
  await rm(directoryOf(runDir), { recursive: true, force: true })
}
