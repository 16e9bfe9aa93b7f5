import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { ClusterState } from '../model.ts'
import { sharedFiles, type SharedCertsAssessment } from '../pki/assess-shared-certs.ts'
import {
  incompleteSharedCerts,
  previewRestore,
  restoreSharedCertFiles,
  type Needed,
} from '../pki/restore-shared-certs.ts'

const etcdCaFiles = ['etcd/ca.crt', 'etcd/ca.key'] as const

const neededOf =
  (cluster: ClusterState): Needed =>
  (host) =>
    host === cluster.first ? sharedFiles : etcdCaFiles

/**
 * For `--distribution upload-certs`, where the API distributes the rest. etcd's CA is copied ahead, because the API
 * needs etcd, and etcd a majority of its members.
 */
export const restoreFirstSharedCerts = stepFromFindings<SharedCertsAssessment>({
  id: 'restore-first-shared-certs',
  title: "Create the CAs and the service-account key on the first control plane, and copy etcd's CA to the others",
  previewWithout: (cluster, context) => previewRestore(cluster, context, neededOf(cluster)),
  find: (cluster, context) => incompleteSharedCerts(cluster, context, neededOf(cluster)),
  async work(cluster, context, [assessment]) {
    if (assessment) await restoreSharedCertFiles(cluster, context, assessment, etcdCaFiles)
  },
})
