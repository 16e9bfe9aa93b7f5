import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { SharedCertsAssessment } from '../pki/assess-shared-certs.ts'
import {
  incompleteSharedCerts,
  previewRestore,
  requireSharedCerts,
  restoreSharedCertFiles,
} from '../pki/restore-shared-certs.ts'

/** CAs and service-account key exist once: created on one control plane, and on all others before anything uses them. */
export const restoreSharedCerts = stepFromFindings<SharedCertsAssessment>({
  id: 'restore-shared-certs',
  title: 'Create the CAs and the service-account key once, and copy them to every control plane',
  previewWithout: (cluster, context) => previewRestore(cluster, context),
  find: (cluster, context) => incompleteSharedCerts(cluster, context),
  async work(cluster, context, [assessment]) {
    if (assessment) await restoreSharedCertFiles(cluster, context, assessment)
  },
  verify: requireSharedCerts,
})
