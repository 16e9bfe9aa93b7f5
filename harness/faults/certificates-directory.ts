import type { Loss } from '../model/scenario.ts'
import { subjects } from '../model/subject.ts'
import { files } from './files.ts'
import { filesGone, type ApiPort } from './proof-parts.ts'
import { oneOfThree } from './selection.ts'

const path = '/etc/kubernetes/pki'

/**
 * The directory of certificates gone on one control plane, counted from 1; the others have the CAs and keys. Manifests and kubeconfigs
 * stay, so that its static pods run on, with a mount of a directory that is no more.
 */
export function certificatesDirectory(controlPlane: number, patience: ApiPort = {}): Loss {
  const on = { controlPlane }
  return {
    ...files(path, on, {
      replaces: [
        'control-plane-certificates',
        'copied-files',
        'etcd-pod',
        'api-server-processes',
        'controller-manager-processes',
      ],
      proof: [filesGone(path, on, patience)],
    }),
    replacesOn: controlPlane,
    supports: oneOfThree(
      controlPlane,
      'etcd has no majority while its member is restarted, with fewer than three control planes',
    ),
  }
}

/**
 * The same on every control plane: with the directory all CAs and keys are gone, so that everything that they vouch for must be new. The
 * API servers still know the public half of the service-account key.
 */
export function everyCertificatesDirectory(patience: ApiPort = {}): Loss {
  const on = 'control-planes'
  return {
    ...files(path, on, { replaces: subjects, proof: [filesGone(path, on, patience)] }),
    stillAccepted: ['sa-key'],
  }
}
