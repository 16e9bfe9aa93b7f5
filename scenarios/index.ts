import type { Scenario } from '../harness/model/scenario.ts'
import { corruptedFiles } from './corrupted-files.ts'
import { expiredControlPlaneCertificates, expiredKubeletCertificates } from './expired-certificates.ts'
import { externalCa } from './external-ca.ts'
import { healthy } from './healthy.ts'
import { healthyAfterEdits } from './healthy-after-edits.ts'
import { lostCaKeys } from './lost-ca-key.ts'
import { lostCaKeyAndManifest } from './lost-ca-key-and-manifest.ts'
import { lostEtcdData } from './lost-etcd-data.ts'
import { lostKubeconfigs } from './lost-kubeconfigs.ts'
import { lostCertificates } from './lost-certificates.ts'
import { lostCertificatesOnOne } from './lost-certificates-on-one.ts'
import { lostControlPlaneKubeletCredentials, lostKubeletCredentials } from './lost-kubelet-credentials.ts'
import { lostManifests } from './lost-manifests.ts'
import { lostOneManifest } from './lost-one-manifest.ts'
import { lostPki } from './lost-pki.ts'
import { lostSaKey } from './lost-sa-key.ts'
import { lostSaKeyOnOne } from './lost-sa-key-on-one.ts'
import { lostSaPub } from './lost-sa-pub.ts'
import { movedFiles } from './moved-files.ts'
import { noRepair } from './no-repair.ts'
import { noop } from './noop.ts'
import { oneControlPlane } from './one-control-plane.ts'
import { oldBackupPutBack, twoCas } from './two-cas.ts'
import { replacedCas } from './replaced-ca.ts'
import { secondDisaster } from './second-disaster.ts'

/** What `drill list` shows, in its order. */
export const scenarios: readonly Scenario[] = [
  lostPki,
  lostSaKey,
  lostSaKeyOnOne,
  lostSaPub,
  lostKubeletCredentials,
  lostControlPlaneKubeletCredentials,
  lostKubeconfigs,
  lostManifests,
  ...lostOneManifest,
  expiredControlPlaneCertificates,
  expiredKubeletCertificates,
  corruptedFiles,
  ...oneControlPlane,
  lostCertificates,
  lostCertificatesOnOne,
  ...lostCaKeys,
  ...replacedCas,
  lostCaKeyAndManifest,
  externalCa,
  twoCas,
  oldBackupPutBack,
  movedFiles,
  lostEtcdData,
  healthy,
  healthyAfterEdits,
  secondDisaster,
  noop,
  noRepair,
]
