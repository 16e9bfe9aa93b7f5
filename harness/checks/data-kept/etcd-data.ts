import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Machine } from '../../model/cluster.ts'
import type { DrillContext } from '../../model/context.ts'
import { etcdctl } from '../../observe/etcdctl.ts'
import type { EtcdData } from './evidence.ts'

const statusSchema = z.array(z.object({ Status: z.object({ header: z.object({ revision: z.number().int() }) }) }))
const hashSchema = z.array(
  z.object({
    HashKV: z.object({
      hash: z.number().int(),
      compact_revision: z.number().int().default(0),
      hash_revision: z.number().int().default(0),
    }),
  }),
)

/** The revision of etcd, by `etcdctl endpoint status`; undefined where it does not answer. */
export function revisionIn(json: string): number | undefined {
  return parsed(statusSchema, json)?.[0]?.Status.header.revision
}

/** What `etcdctl endpoint hashkv --rev REVISION` says of a member; undefined for anything else. */
export function hashIn(json: string, revision: number): Omit<EtcdData, 'node'> | undefined {
  const found = parsed(hashSchema, json)?.[0]?.HashKV
  return found && { revision: found.hash_revision || revision, compacted: found.compact_revision, hash: found.hash }
}

function parsed<T>(schema: z.ZodType<T>, json: string): T | undefined {
  try {
    return schema.parse(JSON.parse(json))
  } catch {
    return undefined
  }
}

async function ask(machine: Machine, words: string, signal: AbortSignal): Promise<string> {
  const result = await machine
    .exec(['sh', '-c', etcdctl(words)], { timeoutMs: 20_000, signal })
    .catch(() => ({ stdout: '' }))
  signal.throwIfAborted()
  return result.stdout
}

export async function etcdRevision({ cluster, signal }: DrillContext): Promise<number> {
  const [first] = cluster.controlPlanes
  const revision = first && revisionIn(await ask(first, 'endpoint status', signal))
  if (revision === undefined) throw new Error('etcd does not say its revision')
  return revision
}

/**
 * The hash of every member's data at one revision. Asked again where members had not compacted equally, or one was behind: their hashes say
 * nothing then.
 */
export async function etcdData(context: DrillContext): Promise<readonly EtcdData[]> {
  const { cluster, signal } = context
  let members: readonly EtcdData[] = []
  for (let attempt = 0; attempt < 5; attempt++) {
    if (attempt > 0) await sleep(1000, undefined, { signal })
    const revision = await etcdRevision(context)
    const found = await Promise.all(
      cluster.controlPlanes.map(async (machine) => {
        const seen = hashIn(await ask(machine, `endpoint hashkv --rev ${revision}`, signal), revision)
        return seen ? [{ node: machine.name, ...seen }] : []
      }),
    )
    members = found.flat()
    const isWhole = members.length === cluster.controlPlanes.length
    if (isWhole && new Set(members.map(({ compacted }) => compacted)).size === 1) break
  }
  return members
}
