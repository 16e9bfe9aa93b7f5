import { workloadNamespace } from '../model/workload-namespace.ts'
import { CoreV1Api } from '@kubernetes/client-node'
import { waitFor } from '../../lib/engine/wait.ts'
import { podIdentityOf, type PodIdentity } from '../observe/pod-snapshot.ts'
import type { DrillContext } from '../model/context.ts'

const namespaces = [workloadNamespace, 'kube-system']

/** The pods of the workload and of kube-system. Rejects with WaitTimeoutError where the API does not say within 30 s. */
export function observedPods(context: DrillContext): Promise<readonly PodIdentity[]> {
  return waitFor(
    'the API lists pods',
    async () => {
      const core = (await context.api()).makeApiClient(CoreV1Api)
      const lists = await Promise.all(namespaces.map((namespace) => core.listNamespacedPod({ namespace })))
      return lists.flatMap(({ items }) => items.map(podIdentityOf))
    },
    { timeoutMs: 30_000, intervalMs: 500, signal: context.signal },
  )
}

/** Names of the pods that are gone or terminating. Mirrors of static pods are left out: the repair recreates those. */
export function lostPods(before: readonly PodIdentity[], after: readonly PodIdentity[]): readonly string[] {
  const staying = new Set(after.filter(({ deleting }) => !deleting).map(({ uid }) => uid))
  return before
    .filter(({ mirror, uid }) => !mirror && !staying.has(uid))
    .map(({ namespace, name }) => `${namespace}/${name}`)
}
