import type { V1ContainerStatus, V1ObjectMeta, V1Pod, V1PodStatus, V1Toleration } from '@kubernetes/client-node'
import { z } from 'zod'
import type { CollectAt } from '../model/check.ts'
import type { DrillContext } from '../model/context.ts'
import { kubernetesClient } from './kubernetes-client.ts'
import { momentOf, momentSchema } from './collecting.ts'
import { nodeContainersSchema, runtimeContainers } from './runtime-containers.ts'

const containerSchema = z.object({
  name: z.string(),
  id: z.string().nullable().describe('Without its scheme; null before it was ever created'),
  startedAt: z.string().nullable(),
  restartCount: z.number().int(),
  ready: z.boolean(),
})

export const podSchema = z.object({
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  node: z.string().nullable(),
  ip: z.string().nullable(),
  phase: z.string(),
  ready: z.boolean(),
  deleting: z.boolean(),
  mirror: z.boolean().describe('Stands for a static pod of its node'),
  tokenVolumes: z.array(z.string()).describe('Projected volumes that hold a service-account token'),
  evictedAfterSeconds: z.number().nullable().describe('Tolerated time on a node that is not ready; null is for ever'),
  readsOnce: z
    .boolean()
    .default(false)
    .describe('Part of the workload that reads token and CA at its start only, and so must be restarted in place'),
  stopsWithoutLease: z
    .boolean()
    .default(false)
    .describe('Elects a leader, and stops by itself when the API is away for so long that it cannot renew its lease'),
  containers: z.array(containerSchema),
})
export type PodIdentity = z.infer<typeof podSchema>

export const podSnapshotSchema = momentSchema.extend({
  pods: z.array(podSchema),
  runtime: z.array(nodeContainersSchema).describe('The same containers as the runtime of each node sees them'),
})
export type PodSnapshot = z.infer<typeof podSnapshotSchema>

/** On API clients of a workload that cannot renew their credentials themselves (manifests/30-api-client.yaml). */
const readsOnceLabel = 'io.drill.reads-credentials'
/** On operators whose leader election ends them (workload/neighbours/manifests/30-cert-manager.yaml). */
const withoutLeaseLabel = 'io.drill.without-lease'

/** Stores evidence `pods-<when>`: who every pod is, by the API and by the container runtimes. */
export function collectPods(context: DrillContext, when: CollectAt): Promise<void> {
  return context.evidence.once(`pods-${when}`, async (): Promise<PodSnapshot> => {
    const { core } = await kubernetesClient(await context.api(), context.signal)
    const moment = momentOf(context)
    const [list, runtime] = await Promise.all([core.listPodForAllNamespaces(), runtimeContainers(context)])
    return { ...moment, pods: list.items.map(podIdentityOf), runtime: [...runtime] }
  })
}

export function podIdentityOf(pod: V1Pod): PodIdentity {
  const { metadata, spec } = pod
  return {
    ...namesOf(metadata),
    node: spec?.nodeName ?? null,
    ...stateOf(pod.status),
    deleting: metadata?.deletionTimestamp !== undefined,
    mirror: metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined,
    tokenVolumes: tokenVolumesOf(pod),
    evictedAfterSeconds: evictedAfterSecondsOf(spec?.tolerations ?? []),
    readsOnce: metadata?.labels?.[readsOnceLabel] === 'once',
    stopsWithoutLease: metadata?.labels?.[withoutLeaseLabel] === 'stops',
  }
}

const namesOf = (metadata: V1ObjectMeta | undefined) => ({
  namespace: metadata?.namespace ?? '',
  name: metadata?.name ?? '',
  uid: metadata?.uid ?? '',
})

const stateOf = (state: V1PodStatus | undefined) => ({
  ip: state?.podIP ?? null,
  phase: state?.phase ?? 'Unknown',
  ready: state?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
  containers: (state?.containerStatuses ?? []).map(containerOf),
})

const containerOf = (status: V1ContainerStatus) => ({
  name: status.name,
  id: status.containerID?.replace(/^.*:\/\//, '') ?? null,
  startedAt: status.state?.running?.startedAt?.toISOString() ?? null,
  restartCount: status.restartCount,
  ready: status.ready,
})

const tokenVolumesOf = (pod: V1Pod) =>
  (pod.spec?.volumes ?? [])
    .filter((volume) => volume.projected?.sources?.some((source) => source.serviceAccountToken !== undefined))
    .map((volume) => volume.name)

/** The shorter of the tolerations of the two taints that evict: 300 s by admission, 30 s for the canary, none for a DaemonSet. */
function evictedAfterSecondsOf(tolerations: readonly V1Toleration[]): number | null {
  const tolerated = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map((key) => {
    const matching = tolerations.filter(
      (toleration) =>
        (toleration.key === key || !toleration.key) && (toleration.effect === 'NoExecute' || !toleration.effect),
    )
    if (matching.length === 0) return 0
    const bounded = matching.flatMap(({ tolerationSeconds }) =>
      tolerationSeconds === undefined ? [] : [tolerationSeconds],
    )
    return bounded.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...bounded)
  })
  const seconds = Math.min(...tolerated)
  return Number.isFinite(seconds) ? seconds : null
}
