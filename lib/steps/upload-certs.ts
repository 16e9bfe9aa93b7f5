import { waitUntilReady } from '../api/api-server-ready.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { NodeState } from '../model.ts'
import { nodesLackingCerts, requireSharedCerts } from '../pki/restore-shared-certs.ts'
import { readSharedCerts } from '../pki/shared-certs.ts'
import { uploadCerts } from '../pki/upload-certs.ts'

/** By `kubeadm init phase upload-certs` and the download phase of `kubeadm join`. */
export const uploadSharedCerts = stepFromFindings<NodeState>({
  id: 'upload-certs',
  title: 'Distribute the CAs and the service-account key to the other control planes through the API',
  describe: ({ node }) => [
    { node: node.name, action: 'download the shared certificates from the API', reason: 'it lacks some of them' },
  ],
  async find(cluster, context) {
    const hosts = nodesLackingCerts(cluster, await readSharedCerts(context, cluster))
    return hosts.filter((host) => host !== cluster.first)
  },
  async work(cluster, { signal }, others) {
    await waitUntilReady(cluster.first, cluster, signal)
    await uploadCerts(cluster, others, signal)
  },
  verify: requireSharedCerts,
})
