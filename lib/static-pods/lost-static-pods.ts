import { forEachNode } from '../engine/for-each-node.ts'
import { objectAt, objectsAt, stringAt } from '../engine/json.ts'
import { databaseIn } from '../etcd/etcd-files.ts'
import { revisionsDeleted, storedObjects } from '../etcd/stored-objects.ts'
import type { ClusterState, Json, NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { ownStaticPods } from './components.ts'
import { podIn } from './stored-pod.ts'

/** A static pod of an operator's own whose manifest is gone. */
export interface LostStaticPod {
  readonly node: string
  /** namespace/name, as in its manifest. */
  readonly pod: string
  /** What it mounted from its machine. */
  readonly paths: readonly string[]
}

/** How far apart, in etcd's revisions, deletions are that one loss has caused: kubelet deletes all mirror pods at once. */
const atOnce = 1000

/**
 * Static pods that ran on control planes beside kubeadm's own and whose manifests are gone, by their mirror pods in etcd's file.
 * Those that were deleted before the loss are left out.
 */
export async function lostStaticPods(cluster: ClusterState, signal: AbortSignal): Promise<LostStaticPod[]> {
  return (await forEachNode(cluster.controlPlanes, (host) => lostOn(cluster, host, signal))).flat()
}

async function lostOn({ config }: ClusterState, host: NodeState, signal: AbortSignal): Promise<LostStaticPod[]> {
  const { node, facts } = host
  const database = databaseIn(facts.etcdDataDir ?? config.etcdDataDir)
  const own = ownStaticPods.map((name) => `/registry/pods/kube-system/${name}-${node.name}`)
  const found = await keysOf(host, database, signal)
  const keys = found.filter((key) => !own.includes(key))
  if (keys.length === 0) return []
  const [objects, deleted, present] = await Promise.all([
    storedObjects(node, database, keys, signal),
    revisionsDeleted(node, database, [...own, ...keys], signal),
    namesOfManifests(host, signal),
  ])
  const ownDeletions = own.flatMap((key) => deleted.get(key) ?? [])
  return [...objects.values()].flatMap(({ key, revision, value }) => {
    const pod = podIn(value)
    const [, namespace = '', name = ''] = /^\/registry\/pods\/([^/]+)\/(.+)$/.exec(key) ?? []
    const plain = name.slice(0, -`-${node.name}`.length)
    const deletion = deleted.get(key) ?? 0
    const wasDeletedBefore = deletion > revision && !ownDeletions.some((own) => Math.abs(own - deletion) <= atOnce)
    if (!pod || !isMirror(pod) || wasDeletedBefore || present.has(plain)) return []
    return [{ node: node.name, pod: `${namespace}/${plain}`, paths: hostPaths(pod) }]
  })
}

const isMirror = (pod: Json) =>
  objectAt(objectAt(pod, 'metadata'), 'annotations')['kubernetes.io/config.mirror'] !== undefined

const hostPaths = (pod: Json): string[] =>
  objectsAt(objectAt(pod, 'spec'), 'volumes').flatMap((volume) => stringAt(objectAt(volume, 'hostPath'), 'path') ?? [])

/** The keys of pods in the file whose name ends as those of this machine's static pods do. */
async function keysOf({ node }: NodeState, database: string, signal: AbortSignal): Promise<string[]> {
  const pattern = `/registry/pods/[a-z0-9.-]+/[a-z0-9.-]+-${node.name.replaceAll('.', '[.]')}`
  const script = bash`
${emitFunction}
{ LC_ALL=C grep -aoE ${pattern} ${database} 2>/dev/null || true; } | sort -u | emit keys
`
  const { stdout } = await runScript(node, 'find static pods in the etcd database', script, { signal })
  return linesOf(parseFields(stdout)('keys'))
}

/** The names that manifests of this machine give their pods, containers and volumes. */
async function namesOfManifests({ node, facts }: NodeState, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const script = bash`
${emitFunction}
{ cat ${facts.manifestsDir}/* 2>/dev/null || true; } | sed -nE 's/.*"?name"?: *"?([a-z0-9.-]+).*/\1/p' | sort -u | emit names
`
  const { stdout } = await runScript(node, 'read the names in manifests', script, { signal })
  return new Set(linesOf(parseFields(stdout)('names')))
}
