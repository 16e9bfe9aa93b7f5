import type { V1EndpointSlice, V1Node, V1Pod } from '@kubernetes/client-node'
import type { EvictionGuard } from './evidence.ts'

/** All objects of the three kinds, as they were listed. */
export interface Listed {
  readonly slices: readonly V1EndpointSlice[]
  readonly nodes: readonly V1Node[]
  readonly pods: readonly V1Pod[]
}

export type WatchedObject =
  | { readonly kind: 'slices'; readonly object: V1EndpointSlice }
  | { readonly kind: 'nodes'; readonly object: V1Node }
  | { readonly kind: 'pods'; readonly object: V1Pod }

/** Takes what is listed and watched, and keeps what an eviction would change. No I/O. */
export interface Guard {
  /** The first is what all else is compared with; after a gap it says what changed meanwhile. */
  listed(all: Listed, atMs: number): void
  changed(one: WatchedObject, isDeleted: boolean, atMs: number): void
  seen(): Pick<EvictionGuard, 'services' | 'shrunk' | 'nodes' | 'pods'>
}

export function guard(): Guard {
  const slices = new Map<string, V1EndpointSlice>()
  const atFirst = new Map<string, readonly string[]>()
  const missing = new Map<string, string>()
  const nodeStates = new Map<string, string>()
  /** Those of the first look, by uid: the name, and what became of it. */
  const judged = new Map<string, { readonly pod: string; readonly what: string }>()
  const shrunk: EvictionGuard['shrunk'] = []
  const nodes: EvictionGuard['nodes'] = []
  const pods: EvictionGuard['pods'] = []
  let isFirst = true

  const readySets = (): ReadonlyMap<string, ReadonlySet<string>> => {
    const sets = new Map<string, Set<string>>()
    for (const slice of slices.values()) {
      const service = serviceOf(slice)
      sets.set(service, new Set([...(sets.get(service) ?? []), ...readyIn(slice)]))
    }
    return sets
  }
  const compare = (atMs: number): void => {
    const now = readySets()
    for (const [service, ready] of atFirst) {
      const gone = ready.filter((member) => !now.get(service)?.has(member))
      if ((missing.get(service) ?? '') === gone.join()) continue
      missing.set(service, gone.join())
      shrunk.push({ atMs, service, missing: gone })
    }
  }
  const seeNode = (node: V1Node, atMs: number): void => {
    const state = { node: node.metadata?.name ?? '', ready: readyOf(node), noExecute: noExecuteOf(node) }
    if (nodeStates.get(state.node) === JSON.stringify(state)) return
    nodeStates.set(state.node, JSON.stringify(state))
    nodes.push({ atMs, ...state })
  }
  const seePod = (pod: string, uid: string, what: string, atMs: number): void => {
    const known = judged.get(uid)
    if (known === undefined || known.what === what || what === '') return
    judged.set(uid, { pod, what })
    pods.push({ atMs, pod, uid, what })
  }
  return {
    listed(all, atMs) {
      slices.clear()
      for (const slice of all.slices) slices.set(keyOf(slice), slice)
      for (const node of all.nodes) seeNode(node, atMs)
      if (isFirst) {
        for (const [service, ready] of readySets()) atFirst.set(service, [...ready].sort())
        for (const pod of all.pods.filter((one) => isJudged(one))) judged.set(uidOf(pod), { pod: keyOf(pod), what: '' })
        isFirst = false
        return
      }
      compare(atMs)
      const there = new Set(all.pods.map(uidOf))
      for (const pod of all.pods) seePod(keyOf(pod), uidOf(pod), stateOf(pod), atMs)
      for (const [uid, { pod }] of judged) if (!there.has(uid)) seePod(pod, uid, 'deleted', atMs)
    },
    changed({ kind, object }, isDeleted, atMs) {
      if (kind === 'slices') {
        if (isDeleted) slices.delete(keyOf(object))
        else slices.set(keyOf(object), object)
        compare(atMs)
      } else if (kind === 'nodes') {
        if (!isDeleted) seeNode(object, atMs)
        else nodes.push({ atMs, node: object.metadata?.name ?? '', ready: 'deleted', noExecute: [] })
      } else {
        seePod(keyOf(object), uidOf(object), isDeleted ? 'deleted' : stateOf(object), atMs)
      }
    },
    seen: () => ({
      services: [...atFirst].map(([service, ready]) => ({ service, ready: [...ready] })),
      ...{ shrunk, nodes, pods },
    }),
  }
}

interface Named {
  readonly metadata?: { readonly namespace?: string; readonly name?: string; readonly uid?: string }
}

const keyOf = ({ metadata }: Named): string => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`
const uidOf = ({ metadata }: Named): string => metadata?.uid ?? ''

const serviceOf = ({ metadata }: V1EndpointSlice): string =>
  `${metadata?.namespace ?? ''}/${metadata?.labels?.['kubernetes.io/service-name'] ?? metadata?.name ?? ''}`

/** Not known is ready, as consumers are told to take it (discovery/v1). */
const readyIn = ({ endpoints, metadata }: V1EndpointSlice): readonly string[] =>
  (endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .map(({ targetRef, addresses }) =>
      targetRef?.name === undefined
        ? addresses.join()
        : `${targetRef.namespace ?? metadata?.namespace ?? ''}/${targetRef.name}`,
    )

const readyOf = ({ status }: V1Node): string =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'none'

const noExecuteOf = ({ spec }: V1Node): string[] =>
  (spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute').map(({ key }) => key)

/** Mirror pods come and go with the static pods that they stand for. */
const isJudged = ({ metadata, status }: V1Pod): boolean =>
  metadata?.annotations?.['kubernetes.io/config.mirror'] === undefined &&
  metadata?.deletionTimestamp === undefined &&
  status?.phase === 'Running'

const stateOf = ({ metadata, status }: V1Pod): string =>
  metadata?.deletionTimestamp !== undefined ? 'being deleted' : status?.phase === 'Failed' ? 'failed' : ''
