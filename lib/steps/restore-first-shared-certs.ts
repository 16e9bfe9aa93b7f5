import { stepFromFindings } from '../engine/step-from-findings.ts'
import { sharedFiles, type SharedCertsAssessment } from '../pki/assess-shared-certs.ts'
import { describeRestore, incompleteSharedCerts, restoreSharedCertFiles } from '../pki/restore-shared-certs.ts'

const etcdCaFiles = ['etcd/ca.crt', 'etcd/ca.key'] as const

/**
 * For `--distribution upload-certs`, where the API distributes the rest. etcd's CA is copied ahead, because the API
 * needs etcd, and etcd a majority of its members.
 */
export const restoreFirstSharedCerts = stepFromFindings<SharedCertsAssessment>({
  id: 'restore-first-shared-certs',
  title: "Create the CAs and the service-account key on the first control plane, and copy etcd's CA to the others",
  describe: describeRestore,
  find: (cluster, context) =>
    incompleteSharedCerts(cluster, context, (host) => (host === cluster.first ? sharedFiles : etcdCaFiles)),
  async work(cluster, context, [assessment]) {
    if (assessment) await restoreSharedCertFiles(cluster, context, assessment, etcdCaFiles)
  },
})
