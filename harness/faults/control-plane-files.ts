import type { Loss } from '../model/scenario.ts'
import { subjects } from '../model/subject.ts'
import { files } from './files.ts'
import { apiRefuses, filesGone, sandboxesGone, type ApiPort } from './proof-parts.ts'

/**
 * Everything below /etc/kubernetes gone on every control plane: all CAs and keys, all certificates and kubeconfigs, and the manifests,
 * so that kubelet stops etcd, API server, controller manager and scheduler.
 */
export function controlPlaneFiles(port: ApiPort = {}): Loss {
  const path = '/etc/kubernetes'
  const on = 'control-planes'
  return files(path, on, {
    // With the CAs and the service-account key everything that they vouch for must be replaced, on every machine.
    replaces: subjects,
    proof: [filesGone(path, on, port), sandboxesGone(port), apiRefuses(port)],
  })
}
