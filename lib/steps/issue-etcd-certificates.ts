import { forEachNode } from '../engine/for-each-node.ts'
import { belongsTo, isStaged, kubeletState, stageKubeletConf } from '../kubelet/kubelet.ts'
import type { WrongFile } from '../pki/assess-leaf-certs.ts'
import { issueCertificates, issueEtcdLeaves, wrongFiles } from '../pki/leaf-certs.ts'
import { siteOf, type NodeState } from '../preflight/survey.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

interface Unissued {
  readonly host: NodeState
  readonly files: readonly WrongFile[]
}

/**
 * What etcd needs while only the first control plane has the CAs: everything there, and on the others what etcd's CA
 * signs, their kubelets' identity (signed on the first, since kubelet starts etcd), and the manifests.
 */
export const issueEtcdCertificates = stepFromFindings<Unissued>({
  id: 'issue-etcd-certificates',
  title: "Issue what etcd and the control planes' kubelets need, and prepare the manifests",
  needs: 'authorities',
  on: ({ node }) => node.role === 'control-plane',
  describe: ({ host: { node }, files }) => [
    { node: node.name, action: "lay kubelet's kubeconfig ready", reason: 'where it shows a certificate of another CA' },
    ...files.map(({ path, problem }) => ({ node: node.name, action: `make ${path}`, reason: problem })),
  ],
  async find(context) {
    const site = await siteOf(context)
    const { signal } = context
    const ca = await clusterCa(site)
    const found = await forEachNode(site.controlPlanes, async (host) => {
      const files = await wrongFiles(host, site, signal)
      if (host === site.first) return files.length > 0 ? [{ host, files }] : []
      const needed = files.filter(({ path }) => /\/etcd\/|\.yaml$/.test(path))
      const hasKubelet =
        belongsTo(ca, await kubeletState(host, signal), new Date()) || (await isStaged(host, ca, signal))
      return needed.length > 0 || !hasKubelet ? [{ host, files: needed }] : []
    })
    return found.flat()
  },
  async work(context, found) {
    const site = await siteOf(context)
    const { signal } = context
    await forEachNode(found, async ({ host, files }) => {
      if (host === site.first) return issueCertificates(context, site, host, files)
      await Promise.all([issueEtcdLeaves(context, site, host, files), stageKubeletConf(site, host, signal)])
    })
  },
})
