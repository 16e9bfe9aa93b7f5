import { forEachNode } from '../engine/for-each-node.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { describeIssue, requireIssued, unissuedOnControlPlanes, type Unissued } from '../pki/control-plane-certs.ts'
import { issueCertificates } from '../pki/leaf-certs.ts'

/** For `--kubelets bootstrap`: the workers' kubelets get their certificates with a bootstrap token. */
export const issueControlPlaneCertificates = stepFromFindings<Unissued>({
  id: 'issue-control-plane-certificates',
  title: "Issue the control planes' certificates and kubeconfigs, and stage the manifests",
  describe: describeIssue,
  find: unissuedOnControlPlanes,
  async work(cluster, context, found) {
    await forEachNode(found, ({ host, files }) => issueCertificates(context, cluster, host, files))
  },
  verify: requireIssued,
})
