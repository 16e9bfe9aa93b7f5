import { PbfReader } from 'pbf'
import { isObject } from '../engine/json.ts'
import { databaseIn } from '../etcd/etcd-files.ts'
import { storedObjects } from '../etcd/stored-objects.ts'
import type { ClusterState, Json } from '../model.ts'
import { protobufOf } from '../static-pods/stored-pod.ts'
import { evictedSince, type Heartbeat } from './heartbeats.ts'

const nodeKey = (name: string) => `/registry/minions/${name}`

/**
 * What etcd's file says about the Nodes of the inventory, by name, while no API server runs. Nodes that cannot be read, such as
 * encrypted ones, are left out.
 */
export async function storedNodes(
  { first, machines, config }: ClusterState,
  signal: AbortSignal,
): Promise<Map<string, Pick<Heartbeat, 'evictedSince'>>> {
  const database = databaseIn(first.facts.etcdDataDir ?? config.etcdDataDir)
  const names = machines.map(({ node }) => node.name)
  const objects = await storedObjects(first.node, database, names.map(nodeKey), signal)
  return new Map(
    names.flatMap((name) => {
      const value = objects.get(nodeKey(name))?.value
      const node = value && nodeIn(value)
      return node ? [[name, { evictedSince: evictedSince(node) }] as const] : []
    }),
  )
}

/** Of a Node as the API server stores it, the taints as in JSON; undefined where it is neither protobuf nor JSON. */
export function nodeIn(value: Buffer): Json | undefined {
  const raw = protobufOf(value)
  if (raw) return { spec: { taints: taintsIn(raw) } }
  if (value[0] !== 0x7b) return undefined
  const parsed: unknown = JSON.parse(value.toString())
  return isObject(parsed) ? parsed : undefined
}

/** Node: spec 2; NodeSpec: taints 5 (k8s.io/api/core/v1/generated.proto). */
function taintsIn(raw: Uint8Array): Json[] {
  const found: { spec: Json[] } = { spec: [] }
  new PbfReader(raw).readFields((tag, into, pbf) => {
    if (tag !== 2) return
    pbf.readMessage((inSpec, taints) => {
      if (inSpec === 5) taints.push(taintIn(pbf))
    }, into.spec)
  }, found)
  return found.spec
}

/** Taint: key 1, effect 3, timeAdded 4; Time: seconds 1 (apimachinery, meta/v1/generated.proto). */
function taintIn(pbf: PbfReader): Json {
  return pbf.readMessage((tag, taint: Record<string, string>) => {
    if (tag === 1) taint['key'] = pbf.readString()
    else if (tag === 3) taint['effect'] = pbf.readString()
    else if (tag === 4) taint['timeAdded'] = timeIn(pbf)
  }, {})
}

function timeIn(pbf: PbfReader): string {
  const { seconds } = pbf.readMessage(
    (tag, time) => {
      if (tag === 1) time.seconds = pbf.readVarint(true)
    },
    { seconds: 0 },
  )
  return new Date(seconds * 1000).toISOString()
}
