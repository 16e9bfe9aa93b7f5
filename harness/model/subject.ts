import { z } from 'zod'

/**
 * What a loss forces a right repair to replace. Whatever a scenario's losses do not name must be the same afterwards: the same
 * bytes, the same process, the same start time.
 */
export const subjects = [
  'cluster-ca',
  'etcd-ca',
  'front-proxy-ca',
  'sa-key',
  /** Certificates and keys of etcd and the API servers. */
  'control-plane-certificates',
  /** Of these the ones alone that the cluster's CA signs, etcd's and the front proxy's. */
  'api-server-certificates',
  'etcd-certificates',
  'front-proxy-certificates',
  /** Of administrators, controller managers and schedulers. */
  'kubeconfigs',
  /** Manifests and processes of the static pods: of all of them, or of one alone. */
  'static-pods',
  'etcd-pod',
  'api-server-pod',
  'controller-manager-pod',
  'scheduler-pod',
  /** Client certificate, kubelet.conf and process of the kubelets. */
  'control-plane-kubelets',
  'worker-kubelets',
  /** Of these the processes alone, because they read something at their start only. */
  'api-server-processes',
  'controller-manager-processes',
  'scheduler-processes',
  'kubelet-processes',
  /** Files that exist elsewhere or can be derived: they come back with the same bytes. */
  'copied-files',
] as const
export const subjectSchema = z.enum(subjects)
export type Subject = z.infer<typeof subjectSchema>

/** Whether clients of the API need other credentials once these are accepted no more. */
export const renewsCredentials = (revoked: ReadonlySet<Subject>): boolean =>
  revoked.has('cluster-ca') || revoked.has('sa-key')
