import type { Loss } from '../model/scenario.ts'
import { files } from './files.ts'
import { apiRefuses, filesGone, sandboxesGone, type ApiPort } from './proof-parts.ts'

/** The manifests of all static pods gone on every control plane, so that kubelet stops them; every key and certificate is there. */
export function manifests(port: ApiPort = {}): Loss {
  const path = '/etc/kubernetes/manifests'
  const on = 'control-planes'
  return files(path, on, {
    replaces: ['static-pods'],
    proof: [filesGone(path, on, port), sandboxesGone(on, port), apiRefuses(on, port)],
  })
}
