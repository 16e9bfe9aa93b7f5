import type { Loss } from '../model/scenario.ts'
import { subjects } from '../model/subject.ts'
import { files } from './files.ts'
import { oneOfThree, type Selection } from './selection.ts'
import { apiRefuses, filesGone, sandboxesGone, type ApiPort } from './proof-parts.ts'

const path = '/etc/kubernetes'

/**
 * Everything below /etc/kubernetes gone on every control plane: all CAs and keys, all certificates and kubeconfigs, and the manifests,
 * so that kubelet stops etcd, API server, controller manager and scheduler.
 */
export function controlPlaneFiles(port: ApiPort = {}): Loss {
  // With the CAs and the service-account key everything that they vouch for must be replaced, on every machine.
  return lostOn('control-planes', subjects, port)
}

/** The same on one control plane alone, counted from 1: the others have the CAs and keys. */
export function oneControlPlaneFiles(controlPlane: number, port: ApiPort = {}): Loss {
  return {
    ...lostOn(
      { controlPlane },
      ['control-plane-certificates', 'kubeconfigs', 'static-pods', 'kubelet-processes'],
      port,
    ),
    replacesOn: controlPlane,
    supports: oneOfThree(controlPlane, 'etcd has no majority without one of fewer than three control planes'),
  }
}

const lostOn = (on: Selection, replaces: Loss['replaces'], port: ApiPort): Loss =>
  files(path, on, { replaces, proof: [filesGone(path, on, port), sandboxesGone(on, port), apiRefuses(on, port)] })
