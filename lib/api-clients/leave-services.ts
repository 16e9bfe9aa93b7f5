import { getRaw, items, kubeFunction, nameOf } from '../api/kube-api.ts'
import type { Pod } from '../api/pods.ts'
import { objectAt, objectsAt, stringAt } from '../engine/json.ts'
import { waitFor } from '../engine/wait.ts'
import { awaitStatusSync } from '../kubelet/status-sync.ts'
import type { ClusterState, Json, NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { awaitKubeProxies } from './await-kube-proxies.ts'

/** The endpoint controller writes within some 100 ms, where it runs. */
const endpointMs = 1000

/** kubelet puts its own status back with whatever else it has to say of the pod. */
const attempts = 3

/** From the mark until kubelet itself says that the containers have ended: in drills 0.9 s until they are stopped, and up to 1.3 s more. */
const markedMs = 3000

/** `alone`: some Service leads to this pod, and to none of its siblings. */
export type Place = 'out' | 'alone' | 'among siblings'

/**
 * Takes a pod that is about to be restarted out of its Services, and resolves to `left` when nothing leads to it any more, to `led to`
 * when a kube-proxy does not follow, and to `stays` when nothing was done or that was in vain. It is marked as not Ready, as the restart
 * will; kubelet puts its own status back 10 s later at the latest, also where the repair ends in between, so the mark waits until it has
 * just done so. A pod of which some Service has no ready sibling stays: it would only be missing for longer. Never rejects but by the
 * signal: what cannot be taken out is restarted nevertheless.
 * @param siblings the uids of the other pods of its owner, of which only one is restarted at a time
 * @param host the pod's machine
 * @param waitMs for a sibling that is about to be led to again
 */
export async function leaveServices(
  cluster: ClusterState,
  pod: Pod,
  siblings: ReadonlySet<string>,
  {
    host,
    waitMs,
    signal,
  }: { readonly host: Pick<NodeState, 'node'>; readonly waitMs: number; readonly signal: AbortSignal },
): Promise<'left' | 'led to' | 'stays'> {
  const paths = [
    `/api/v1/namespaces/${pod.namespace}/services`,
    `/apis/discovery.k8s.io/v1/namespaces/${pod.namespace}/endpointslices`,
  ]
  const title = `${pod.namespace}/${pod.name} can leave its Services`
  const reach = (isReached: (place: Place) => boolean, timeoutMs: number) =>
    waitFor(
      title,
      async () => {
        const [services, slices] = await getRaw(cluster.first, cluster, paths, signal)
        const place = placeOf(pod, siblings, services, slices)
        return isReached(place) && place
      },
      { timeoutMs, intervalMs: 100, signal },
    )
  try {
    if ((await reach((place) => place !== 'alone', waitMs)) === 'out') return 'stays'
    // One that has just been restarted would do so in between, by what was there before.
    await awaitKubeProxies(cluster, 'ever', signal)
    for (let attempt = 1; attempt <= attempts; attempt++) {
      // Else Services would lead to the pod again, while it starts.
      if (await awaitStatusSync(host, markedMs, signal)) await reach((place) => place !== 'alone', waitMs)
      // kube-proxy may have followed before the command that asks for it ends.
      const beganMs = performance.now()
      await setReady(cluster, pod, false, signal)
      const isOut = await reach((place) => place === 'out', endpointMs).catch(() => signal.throwIfAborted())
      if (!isOut) continue
      if (!(await awaitKubeProxies(cluster, performance.now() - beganMs, signal))) {
        // It is led to on some machines: the others must not go on without it for 10 s more.
        await setReady(cluster, pod, true, signal)
        return 'led to'
      }
      const place = await reach((now) => now !== 'alone', 0)
      if (place === 'out') return 'left'
    }
  } catch {
    signal.throwIfAborted()
  }
  return 'stays'
}

/** Pure: what Services do with a pod. A Service with publishNotReadyAddresses leads to it in any case, and does not count. */
export function placeOf(
  { uid, node }: Pick<Pod, 'uid' | 'node'>,
  siblings: ReadonlySet<string>,
  services: Json | undefined,
  slices: Json | undefined,
): Place {
  const places = items(services).flatMap((service): Place[] => {
    const spec = objectAt(service, 'spec')
    if (spec['publishNotReadyAddresses'] === true) return []
    const ready = items(slices)
      .filter((slice) => objectAt(objectAt(slice, 'metadata'), 'labels')[serviceLabel] === nameOf(service))
      .flatMap((slice) => objectsAt(slice, 'endpoints'))
      .filter((endpoint) => objectAt(endpoint, 'conditions')['ready'] !== false)
    if (!ready.some((endpoint) => podOf(endpoint) === uid)) return []
    const isLocal = spec['internalTrafficPolicy'] === 'Local' || spec['externalTrafficPolicy'] === 'Local'
    const others = ready.filter(
      (endpoint) => siblings.has(podOf(endpoint)) && (!isLocal || endpoint['nodeName'] === node),
    )
    return [others.length > 0 ? 'among siblings' : 'alone']
  })
  return places.includes('alone') ? 'alone' : (places[0] ?? 'out')
}

const serviceLabel = 'kubernetes.io/service-name'

const podOf = (endpoint: Json): string => stringAt(objectAt(endpoint, 'targetRef'), 'uid') ?? ''

/** The uid makes the API refuse it for another pod of the name. */
async function setReady(
  cluster: ClusterState,
  { namespace, name, uid }: Pod,
  isReady: boolean,
  signal: AbortSignal,
): Promise<void> {
  const why = {
    reason: 'Restarting',
    message: 'its containers are about to be restarted, because they use credentials that are lost',
  }
  const condition = {
    ...{ type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime: new Date().toISOString() },
    ...(isReady ? { reason: null, message: null } : why),
  }
  const patch = JSON.stringify({ metadata: { uid }, status: { conditions: [condition] } })
  const script = bash`
${kubeFunction(cluster.first, cluster)}
kube patch pod --namespace ${namespace} ${name} --subresource status --type strategic --patch ${patch} > /dev/null
`
  const title = isReady
    ? `have Services lead to ${namespace}/${name} again`
    : `take ${namespace}/${name} out of its Services`
  await runScript(cluster.first.node, title, script, { signal })
}
