import type { Loss } from '../model/scenario.ts'
import { controlPlaneFiles } from './control-plane-files.ts'
import type { ApiPort } from './proof-parts.ts'

const [path, to] = ['/etc/kubernetes', '/etc/kubernetes.bak'] as const

/** The directory of every control plane under another name: all is gone from where it belongs, and nothing is lost. */
export function movedControlPlaneFiles(port: ApiPort = {}): Loss {
  return {
    ...controlPlaneFiles(port),
    id: `moved-files:${path}`,
    title: `mv ${path} ${to} on every control plane`,
    replaces: [],
    async inject({ cluster, journal, signal }) {
      await Promise.all(
        cluster.controlPlanes.map(async (machine) => {
          await machine.exec(['mv', path, to], { timeoutMs: 30_000, signal })
          journal.append({ type: 'fault.files-moved', node: machine.name, path, to })
        }),
      )
    },
  }
}
