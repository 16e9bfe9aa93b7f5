import { loseMountedFiles, mountedFilesMount } from '../cluster/mounted-files.ts'
import type { Loss } from '../model/scenario.ts'

const title = `the files that a kubeadm patch names are gone from every control plane, until the operator restores them`

/** Audit policy, encryption keys and the like, which a kubeadm patch mounted. Nothing is lost where there are none. */
export const mountedFiles: Loss = {
  id: 'mounted-files',
  title,
  provedBy: [`no such file below ${mountedFilesMount}`],
  replaces: [],
  givenBack: true,
  supports: () => ({ ok: true }),
  inject: loseMountedFiles,
  // Each was looked for on every control plane when it was taken away: loseMountedFiles rejects where one is still seen.
  async prove({ journal }) {
    const lost = journal.events.filter(
      ({ type, path }) => type === 'fault.files-removed' && String(path).startsWith(mountedFilesMount),
    )
    const summary = lost.length === 0 ? 'no mounted file to lose' : `${lost.length} mounted files are gone`
    return {
      result: 'confirmed',
      summary,
      details: lost.map(({ node, path }) => `${String(node)}: ${String(path)} is gone`),
    }
  },
}
