import { join } from 'node:path'
import { z } from 'zod'
import { readStateFile, stateDirectory, writeStateFile } from '../state/state-file.ts'

/** Something that drill, or kubelet on drill's behalf, changed on this machine; enough to restore it. */
const hostChange = z.discriminatedUnion('kind', [
  /** `after`: the value drill sets, null where that is not known beforehand. If the current value differs, someone else changed it and restore leaves it alone. */
  z.object({
    kind: z.literal('sysctl'),
    key: z.string().regex(/^[\w.-]+$/),
    before: z.string(),
    after: z.string().nullable(),
  }),
  /** `before` is null where the file did not exist. */
  z.object({
    kind: z.literal('file'),
    path: z.string().startsWith('/'),
    before: z.string().nullable(),
    after: z.string(),
  }),
  z.object({ kind: z.literal('group-member'), user: z.string(), group: z.string() }),
  /** An engine that drill itself started; `startTicks` tells it from another process that got the same pid. */
  z.object({ kind: z.literal('engine'), pid: z.number().int().positive(), startTicks: z.string() }),
])
export type HostChange = z.infer<typeof hostChange>

const hostChangeLog = z.object({ version: z.literal(1), changes: z.array(hostChange) })

const defaultPath = () => join(stateDirectory(), 'host-changes.json')

/** The host-change log; empty where none was written yet. Rejects with PreflightError for one that cannot be read. */
export async function readHostChanges(path = defaultPath()): Promise<readonly HostChange[]> {
  const fix = `keep a copy of ${path}, then move it away: the next change starts a new one`
  return (await readStateFile(path, hostChangeLog, fix))?.changes ?? []
}

/** Logs changes before they are made. What is logged already keeps its first value, because that is the one to restore. */
export async function recordHostChanges(changes: readonly HostChange[], path = defaultPath()): Promise<void> {
  const before = await readHostChanges(path)
  const after = mergeChanges(before, changes)
  if (after.length !== before.length || after.some((change, index) => change !== before[index]))
    await replaceHostChanges(after, path)
}

/** Replaces the whole log. */
export async function replaceHostChanges(changes: readonly HostChange[], path = defaultPath()): Promise<void> {
  await writeStateFile(path, { version: 1, changes })
}

/** Pure: old entries first. A newer value of the same thing updates `after`, never `before`. */
export function mergeChanges(recorded: readonly HostChange[], added: readonly HostChange[]): readonly HostChange[] {
  const merged = [...recorded]
  for (const change of added) {
    const index = merged.findIndex((entry) => identityOf(entry) === identityOf(change))
    const earlier = merged[index]
    if (!earlier) merged.push(change)
    else if ('after' in earlier && 'after' in change && earlier.after !== change.after)
      merged[index] = retargeted(earlier, change)
  }
  return merged
}

function retargeted(earlier: HostChange, later: HostChange): HostChange {
  if (earlier.kind === 'sysctl' && later.kind === 'sysctl') return { ...earlier, after: later.after }
  if (earlier.kind === 'file' && later.kind === 'file') return { ...earlier, after: later.after }
  return earlier
}

function identityOf(change: HostChange): string {
  switch (change.kind) {
    case 'sysctl':
      return `sysctl ${change.key}`
    case 'file':
      return `file ${change.path}`
    case 'group-member':
      return `group-member ${change.user} ${change.group}`
    case 'engine':
      return `engine ${change.pid} ${change.startTicks}`
  }
}
