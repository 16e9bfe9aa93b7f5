import type { ClusterState } from '../model.ts'
import { staleApiServer, staleControllerManager } from '../pki/sa-key/loaded-sa-key.ts'
import type { SaKeyFacts } from '../pki/sa-key/sa-key-facts.ts'
import { unsettledSaKeys } from '../pki/sa-key/survey-sa-key.ts'
import { outdatedStaticPods, type OutdatedStaticPod } from '../static-pods/stale-mounts.ts'

const readers = {
  'kube-apiserver': { reasonOf: staleApiServer, processOf: ({ apiServer }: SaKeyFacts) => apiServer },
  'kube-controller-manager': {
    reasonOf: staleControllerManager,
    processOf: ({ controllerManager }: SaKeyFacts) => controllerManager,
  },
} as const

/** The processes that must be started again, because they have not loaded the service-account key or see no new certificates. */
export async function outdatedProcesses(
  cluster: ClusterState,
  component: keyof typeof readers,
  signal: AbortSignal,
): Promise<OutdatedStaticPod[]> {
  const [facts, mounts] = await Promise.all([
    unsettledSaKeys(cluster, signal),
    outdatedStaticPods(cluster, component, signal),
  ])
  const { reasonOf, processOf } = readers[component]
  const unloaded = cluster.controlPlanes.flatMap((host) => {
    const own = facts.find(({ name }) => name === host.node.name)
    const reason = own && reasonOf(own)
    return own && reason !== undefined ? [{ host, component, process: processOf(own), reason }] : []
  })
  return [...unloaded, ...mounts.filter(({ host }) => !unloaded.some((each) => each.host === host))]
}
