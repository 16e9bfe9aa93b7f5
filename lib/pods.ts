import { items } from './kube-api.ts'
import { isObject, objectAt, stringAt, type Json } from './kubeadm/operator-config.ts'

export interface Container {
  readonly name: string
  /** Without the runtime's scheme; empty while there is none. */
  readonly id: string
  /** Seconds since 1970 by the machine's clock; 0 while it does not run. */
  readonly startedAt: number
}

/** A pod as the repair needs it. */
export interface Pod {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly node: string
  readonly running: boolean
  readonly ready: boolean
  readonly containers: readonly Container[]
  /** Where kubelet keeps its service-account tokens on the machine. */
  readonly tokenFiles: readonly string[]
  /** A daemon of the node itself (kube-proxy, the network): hostNetwork, of a DaemonSet, in kube-system or critical for nodes. */
  readonly isNodeDaemon: boolean
  /** The port and path at which it says itself that it is ready. */
  readonly readiness?: { readonly port: number; readonly path: string }
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
  const readiness = readinessOf(list(spec, 'containers')[0] ?? {})
  return {
    namespace,
    name: stringAt(metadata, 'name') ?? '',
    uid,
    node: stringAt(spec, 'nodeName') ?? '',
    running: status['phase'] === 'Running' && metadata['deletionTimestamp'] === undefined,
    ready: list(status, 'conditions').some(({ type, status: value }) => type === 'Ready' && value === 'True'),
    containers: list(status, 'containerStatuses').map(containerOf),
    tokenFiles: tokenPaths(spec).map((path) => `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~projected/${path}`),
    isNodeDaemon:
      spec['hostNetwork'] === true &&
      list(metadata, 'ownerReferences').some(({ kind }) => kind === 'DaemonSet') &&
      (namespace === 'kube-system' || spec['priorityClassName'] === 'system-node-critical'),
    ...(readiness ? { readiness } : {}),
  }
}

function containerOf(status: Json): Container {
  const startedAt = stringAt(objectAt(objectAt(status, 'state'), 'running'), 'startedAt')
  return {
    name: stringAt(status, 'name') ?? '',
    id: (stringAt(status, 'containerID') ?? '').replace(/^.*:\/\//, ''),
    startedAt: startedAt === undefined ? 0 : Date.parse(startedAt) / 1000,
  }
}

/** Volume name and path of every service-account token that is projected into a pod. */
function tokenPaths(spec: Json): string[] {
  return list(spec, 'volumes').flatMap((volume) =>
    list(objectAt(volume, 'projected'), 'sources').flatMap((source) => {
      const path = stringAt(objectAt(source, 'serviceAccountToken'), 'path')
      return path === undefined ? [] : [`${String(volume['name'])}/${path}`]
    }),
  )
}

function readinessOf(container: Json): Pod['readiness'] {
  const { port, path } = objectAt(objectAt(container, 'readinessProbe'), 'httpGet')
  const named = list(container, 'ports').find(({ name }) => name === port)
  const number = typeof port === 'number' ? port : named?.['containerPort']
  return typeof number === 'number' && typeof path === 'string' ? { port: number, path } : undefined
}

function list(parent: Json, key: string): Json[] {
  const value = parent[key]
  return Array.isArray(value) ? value.filter(isObject) : []
}
