import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { belongsTo, kubeletState } from '../kubelet/kubelet.ts'
import { isStaged, stageKubeletConf } from '../kubelet/stage-kubelet-conf.ts'
import type { ClusterState } from '../model.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { describeIssue, requireIssued, unissuedOnControlPlanes, type Unissued } from '../pki/control-plane-certs.ts'
import { issueCertificates } from '../pki/leaf-certs.ts'

/** The workers whose kubelet needs a kubeconfig. */
async function unissuedOnWorkers(cluster: ClusterState, { signal }: RecoveryContext): Promise<Unissued[]> {
  // In a plan there may be no CA yet: then no kubelet has an identity of it.
  const ca = await clusterCa(cluster).catch(() => undefined)
  if (ca === undefined) return cluster.workers.map((host) => ({ host, files: [] }))
  const found = await forEachNode(cluster.workers, async (host) => {
    const state = await kubeletState(host, signal)
    return belongsTo(ca, state, new Date()) || (await isStaged(host, ca, signal)) ? [] : [{ host, files: [] }]
  })
  return found.flat()
}

/** The workers' on the first control plane, where etcd runs too: each takes some 50 MB and a tenth of a second of a core. */
const signedAtOnce = 8

export const issueAllCertificates = stepFromFindings<Unissued>({
  id: 'issue-certificates',
  title: "Issue all certificates and kubeconfigs, those of the workers' kubelets included, and stage the manifests",
  describe(unissued) {
    const { node } = unissued.host
    if (node.role !== 'worker') return describeIssue(unissued)
    const reason = 'its client certificate is of another CA, or has expired'
    return [{ node: node.name, action: 'stage a kubeconfig for kubelet', reason }]
  },
  async find(cluster, context) {
    return (await Promise.all([unissuedOnControlPlanes(cluster, context), unissuedOnWorkers(cluster, context)])).flat()
  },
  async work(cluster, context, found) {
    await forEachNode(
      found,
      ({ host, files }) =>
        host.node.role === 'worker'
          ? stageKubeletConf(cluster, host, context.signal)
          : issueCertificates(context, cluster, host, files),
      signedAtOnce,
    )
  },
  verify: requireIssued,
})
