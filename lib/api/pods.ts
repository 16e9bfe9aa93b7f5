import { items } from './kube-api.ts'
import { objectAt, objectsAt, stringAt, wordsAt } from '../engine/json.ts'
import type { Json } from '../model.ts'

/** What kubelet would have done before it stops a container: a command in it, a request to it, or only some time. */
export type PreStop = { readonly command: readonly string[] } | { readonly url: string } | { readonly seconds: number }

export interface Container {
  readonly name: string
  /** Without the runtime's scheme; empty while there is none. */
  readonly id: string
  /** Seconds since 1970 by the machine's clock; 0 while it does not run. */
  readonly startedAt: number
  /** Its preStop hook, if any. */
  readonly preStop?: PreStop
}

/** What the repair needs to know about a pod. */
export interface Pod {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly node: string
  readonly running: boolean
  readonly ready: boolean
  /** When its Ready condition last changed; seconds since 1970 by its machine's clock. */
  readonly readyChangedAt: number
  readonly containers: readonly Container[]
  /** Whose tokens it mounts. */
  readonly serviceAccount: string
  /** Where kubelet keeps its service-account tokens on the machine, below its root directory. */
  readonly tokenFiles: readonly string[]
  /** It mounts a Secret, which may hold credentials for the API: a token that is no projected one, or a kubeconfig. */
  readonly mountsSecret: boolean
  /** A mirror pod: the API's view of a static pod. */
  readonly isMirror: boolean
  /**
   * A daemon of the node itself (kube-proxy, the network): hostNetwork, of a DaemonSet in kube-system, or of one that configures the
   * network plugins in whatever namespace, without ports of its own that users may be connected to.
   */
  readonly isNodeDaemon: boolean
  /** CoreDNS, or its replacement. */
  readonly isDns: boolean
  readonly addresses: readonly string[]
  /** In the network of its machine, with the machine's address. */
  readonly hostNetwork: boolean
  /** The uid of its controller, which replaces it; undefined for a bare pod. */
  readonly owner: string | undefined
  /** The version of its DaemonSet or StatefulSet that it was made from; undefined for other owners. */
  readonly revision: string | undefined
  /** Whether kubelet always restarts an exited container. */
  readonly restartsAlways: boolean
  /** Its termination grace period. */
  readonly graceSeconds: number
}

/** Pods from a PodList of the API. */
export function podsIn(list: Json | undefined): Pod[] {
  return items(list).map(podOf)
}

function podOf(pod: Json): Pod {
  const metadata = objectAt(pod, 'metadata')
  const spec = objectAt(pod, 'spec')
  const status = objectAt(pod, 'status')
  const uid = stringAt(metadata, 'uid') ?? ''
  const namespace = stringAt(metadata, 'namespace') ?? ''
  const addresses = objectsAt(status, 'podIPs').flatMap((entry) => stringAt(entry, 'ip') ?? [])
  const ready = objectsAt(status, 'conditions').find(({ type }) => type === 'Ready') ?? {}
  return {
    namespace,
    name: stringAt(metadata, 'name') ?? '',
    uid,
    node: stringAt(spec, 'nodeName') ?? '',
    running: status['phase'] === 'Running' && metadata['deletionTimestamp'] === undefined,
    ready: ready['status'] === 'True',
    readyChangedAt: secondsOf(stringAt(ready, 'lastTransitionTime')),
    containers: [...sidecarsIn(spec, status), ...objectsAt(status, 'containerStatuses')].map((container) => {
      const preStop = preStopOf(container, spec, addresses[0] ?? '')
      return { ...containerOf(container), ...(preStop ? { preStop } : {}) }
    }),
    tokenFiles: tokenPaths(spec).map((path) => `pods/${uid}/volumes/kubernetes.io~projected/${path}`),
    mountsSecret: mountsSecret(spec),
    isMirror: objectAt(metadata, 'annotations')['kubernetes.io/config.mirror'] !== undefined,
    isNodeDaemon: isNodeDaemon(metadata, spec),
    isDns: namespace === 'kube-system' && objectAt(metadata, 'labels')['k8s-app'] === 'kube-dns',
    hostNetwork: spec['hostNetwork'] === true,
    addresses,
    owner: stringAt(objectsAt(metadata, 'ownerReferences').find(({ controller }) => controller !== false) ?? {}, 'uid'),
    revision: stringAt(objectAt(metadata, 'labels'), 'controller-revision-hash'),
    ...settingsOf(spec),
  }
}

/** The statuses of native sidecars: init containers that are always restarted, and run beside the others. */
function sidecarsIn(spec: Json, status: Json): Json[] {
  const names = new Set(
    objectsAt(spec, 'initContainers').flatMap(({ name, restartPolicy }) => (restartPolicy === 'Always' ? [name] : [])),
  )
  return objectsAt(status, 'initContainerStatuses').filter(({ name }) => names.has(name))
}

/** The preStop hook of a container, by the specification of its pod. */
function preStopOf({ name }: Json, spec: Json, address: string): PreStop | undefined {
  const container = [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')].find(
    (one) => one['name'] === name,
  )
  const hook = objectAt(objectAt(container ?? {}, 'lifecycle'), 'preStop')
  if (hook['exec'] !== undefined) return { command: wordsAt(objectAt(hook, 'exec'), 'command') }
  if (hook['sleep'] !== undefined) return { seconds: Number(objectAt(hook, 'sleep')['seconds']) }
  if (hook['httpGet'] === undefined) return undefined
  const request = objectAt(hook, 'httpGet')
  const { port, path = '/', scheme = 'HTTP' } = request
  const named = objectsAt(container ?? {}, 'ports').find((one) => one['name'] === port)?.['containerPort'] ?? port
  const at = stringAt(request, 'host') ?? (address.includes(':') ? `[${address}]` : address)
  return { url: `${String(scheme).toLowerCase()}://${at}:${String(named)}${String(path)}` }
}

const isNodeDaemon = (metadata: Json, spec: Json): boolean =>
  spec['hostNetwork'] === true &&
  objectsAt(metadata, 'ownerReferences').some(({ kind }) => kind === 'DaemonSet') &&
  (metadata['namespace'] === 'kube-system' || configuresNetwork(spec)) &&
  objectsAt(spec, 'containers').every((container) => objectsAt(container, 'ports').length === 0)

/** It mounts the directories of the network plugins (CNI) and their configuration, where runtimes have them by default. */
const configuresNetwork = (spec: Json): boolean =>
  objectsAt(spec, 'volumes').some((volume) =>
    /^\/(etc|opt)\/cni(\/|$)/.test(stringAt(objectAt(volume, 'hostPath'), 'path') ?? ''),
  )

const mountsSecret = (spec: Json): boolean =>
  objectsAt(spec, 'volumes').some(
    (volume) =>
      volume['secret'] !== undefined ||
      objectsAt(objectAt(volume, 'projected'), 'sources').some(({ secret }) => secret !== undefined),
  )

/** Its ServiceAccount, restart policy and grace period. */
function settingsOf(spec: Json): Pick<Pod, 'serviceAccount' | 'restartsAlways' | 'graceSeconds'> {
  return {
    serviceAccount: stringAt(spec, 'serviceAccountName') ?? 'default',
    restartsAlways: (spec['restartPolicy'] ?? 'Always') === 'Always',
    graceSeconds: Number(spec['terminationGracePeriodSeconds'] ?? 30),
  }
}

function containerOf(status: Json): Container {
  const startedAt = stringAt(objectAt(objectAt(status, 'state'), 'running'), 'startedAt')
  return {
    name: stringAt(status, 'name') ?? '',
    id: (stringAt(status, 'containerID') ?? '').replace(/^.*:\/\//, ''),
    startedAt: secondsOf(startedAt),
  }
}

/** Volume name and path of every service-account token that is projected into a pod. */
function tokenPaths(spec: Json): string[] {
  return objectsAt(spec, 'volumes').flatMap((volume) =>
    objectsAt(objectAt(volume, 'projected'), 'sources').flatMap((source) => {
      const path = stringAt(objectAt(source, 'serviceAccountToken'), 'path')
      return path === undefined ? [] : [`${String(volume['name'])}/${path}`]
    }),
  )
}

function secondsOf(time: string | undefined): number {
  return time === undefined ? 0 : Date.parse(time) / 1000
}
