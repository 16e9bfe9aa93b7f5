import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { DrillContext } from '../model/context.ts'

/** Where the control planes see the files of a kubeadm patch. */
export const mountedFilesMount = '/srv/cluster-files'

/** Placeholder in a file for a key that must never be committed: 32 random bytes in base64, the same in every file of one cluster. */
const keyPlaceholder = 'DRILL_RANDOM_KEY'

const directoryOf = (runDir: string) => join(resolve(runDir), 'cluster-files')

/** The operator's backup of what is lost, where no machine sees it. */
const keptIn = (runDir: string) => join(resolve(runDir), 'operator-backup')

/**
 * Copies the files that flags of a kubeadm patch name into the run directory, with a key made for this cluster, and returns the
 * copies' directory, absolute. They are there only while the cluster lives, as its kubeconfig is.
 */
export async function makeMountedFiles(filesDir: string, runDir: string): Promise<string> {
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

type FilesOf = Pick<DrillContext, 'runDir' | 'cluster' | 'journal' | 'signal'>

/**
 * Takes the files away from all control planes, as a part of the disaster; the operator keeps a copy. Nothing happens where there are
 * none. Rejects with CommandError when a machine still sees one.
 */
export async function loseMountedFiles({ runDir, cluster, journal, signal }: FilesOf): Promise<void> {
  const lost = await moveAll(directoryOf(runDir), keptIn(runDir))
  const paths = lost.map((name) => join(mountedFilesMount, name))
  if (paths.length === 0) return
  for (const machine of cluster.controlPlanes) {
    for (const path of paths) {
      await machine.exec(['test', '!', '-e', path], { timeoutMs: 20_000, signal })
      journal.append({ type: 'fault.files-removed', node: machine.name, path })
    }
  }
}

/** The operator gives the control planes their files back. Nothing happens where none were lost. */
export async function restoreMountedFiles({ runDir, cluster, journal }: FilesOf): Promise<void> {
  for (const name of await moveAll(keptIn(runDir), directoryOf(runDir))) {
    for (const { name: node } of cluster.controlPlanes)
      journal.append({ type: 'operator.restored', node, path: join(mountedFilesMount, name) })
  }
}

/** Moves what a directory holds, for the directory itself may be mounted. Returns the names. */
async function moveAll(from: string, to: string): Promise<readonly string[]> {
  const names = await readdir(from).catch(() => [])
  if (names.length > 0) await mkdir(to, { recursive: true, mode: 0o700 })
  for (const name of names) await rename(join(from, name), join(to, name))
  return names
}

/** Idempotent. */
export async function removeMountedFiles(runDir: string): Promise<void> {
  for (const directory of [directoryOf(runDir), keptIn(runDir)]) await rm(directory, { recursive: true, force: true })
}
