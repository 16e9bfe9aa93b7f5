/**
 * Namespaces of the cluster's own parts, whose pods a repair may restart in place: kubeadm's, and kind's volume provisioner, which
 * stops by itself when it loses its leader lease. Everything else is a workload.
 */
const infrastructureNamespaces: ReadonlySet<string> = new Set(['kube-system', 'local-path-storage'])

/** Pods of kubeadm's own namespace, which have no reason to restart where their credentials are kept. */
export const isKubeadms = (pod: { readonly namespace: string }): boolean => pod.namespace === 'kube-system'

export const isInfrastructure = (pod: { readonly namespace: string }): boolean =>
  infrastructureNamespaces.has(pod.namespace)
