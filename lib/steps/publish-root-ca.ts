import { stepFromFindings } from '../engine/step-from-findings.ts'
import { waitUntilNone } from '../engine/wait.ts'
import { clusterCa, namespacesWithoutCa } from '../pki/cluster-ca.ts'
import { previewWithoutApi } from './preview-without.ts'

/** Before kubelets are restarted: a pod gets its token and the CA together, and a new token with the old CA is useless. */
export const publishRootCa = stepFromFindings<string>({
  id: 'publish-root-ca',
  title: 'Wait until the new CA is published in every namespace',
  followUp: true,
  previewWithout: previewWithoutApi,
  find: async (cluster, { signal }) => namespacesWithoutCa(cluster, await clusterCa(cluster), signal),
  async work(cluster, { signal }) {
    const ca = await clusterCa(cluster)
    const options = { timeoutMs: 120_000, intervalMs: 150, signal }
    const without = () => namespacesWithoutCa(cluster, ca, signal)
    await waitUntilNone('the new CA is published in every namespace', without, options)
  },
})
