import type { CaFile, Component } from '../model.ts'

export const components = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
] as const satisfies readonly Component[]

/**
 * Seconds between SIGTERM and SIGKILL. An API server stops to listen at once, answers what it was asked in less than that,
 * and then waits up to a minute for watches, which would be an outage of that length (apiserver, pkg/server,
 * genericapiserver.go). Controller manager and scheduler of its machine give up their lease after 10 s without it.
 */
export const graceOfApiServerS = 2

/** The static pod of the restricted controller manager: the name of its pod, its container and its manifest. */
export const restrictedControllerManager = 'kube-controller-manager-restricted'

/** All static pods that may be a control plane's own: kubeadm's, and that of an interrupted repair. */
export const ownStaticPods = [...components, restrictedControllerManager] as const

/**
 * The static pods that are stopped while CAs are replaced: what runs has the old CA in memory, and nobody may evict pods of machines
 * whose kubelets are not back yet. Whichever CA it is, the API server is away, and controllers are of no use without it.
 */
export function stoppedFor(replaced: ReadonlySet<CaFile>): readonly Component[] {
  if (replaced.size === 0) return []
  return components.filter((component) => component !== 'etcd' || replaced.has('etcd/ca.crt'))
}
