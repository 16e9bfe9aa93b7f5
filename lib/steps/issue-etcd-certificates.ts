import { forEachNode } from '../engine/for-each-node.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { belongsTo, plannedKubeletState } from '../kubelet/kubelet.ts'
import { isStaged, stageKubeletConf } from '../kubelet/stage-kubelet-conf.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { describeIssue, type Unissued } from '../pki/control-plane-certs.ts'
import { issueCertificates, issueEtcdLeaves, wrongFiles } from '../pki/leaf-certs.ts'
import { previewWithoutCa } from './preview-without.ts'

/**
 * For `--distribution upload-certs`: what etcd needs while only the first control plane has the CAs. There everything
 * is issued; on the others what etcd's CA signs, the kubelet's identity (signed on the first, because kubelet starts
 * etcd), and the manifests.
 */
export const issueEtcdCertificates = stepFromFindings<Unissued>({
  id: 'issue-etcd-certificates',
  title: "Issue what etcd and the control planes' kubelets need, and stage the manifests",
  previewWithout: previewWithoutCa(({ node }) => node.role === 'control-plane'),
  describe: (unissued) => [
    {
      node: unissued.host.node.name,
      action: 'stage a kubeconfig for kubelet',
      reason: 'if its client certificate is of another CA, or has expired',
    },
    ...describeIssue(unissued),
  ],
  async find(cluster, { signal }) {
    const ca = await clusterCa(cluster)
    const found = await forEachNode(cluster.controlPlanes, async (host) => {
      const files = await wrongFiles(host, cluster, signal)
      if (host === cluster.first) return files.length > 0 ? [{ host, files }] : []
      const needed = files.filter(({ path }) => /\/etcd\/|\.yaml$/.test(path))
      const hasKubelet =
        belongsTo(ca, await plannedKubeletState(cluster, host, signal), new Date()) ||
        (await isStaged(host, ca, signal))
      return needed.length > 0 || !hasKubelet ? [{ host, files: needed }] : []
    })
    return found.flat()
  },
  async work(cluster, context, found) {
    await forEachNode(found, async ({ host, files }) => {
      if (host === cluster.first) return issueCertificates(context, cluster, host, files)
      await Promise.all([
        issueEtcdLeaves(context, cluster, host, files),
        stageKubeletConf(cluster, host, context.signal),
      ])
    })
  },
})
