import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds in one unit of /proc's processor times: USER_HZ is 100 on every architecture that Kubernetes runs on. */
export const tickMs = 10

/** A process as proc(5) shows it in /proc/<pid>/stat. */
export interface ProcessEntry {
  readonly pid: number
  readonly parent: number
  /** Processor time of its own threads, in milliseconds. */
  readonly ownMs: number
  /** Processor time of the children that it has waited for, and of theirs, in milliseconds. */
  readonly reapedMs: number
}

/** One process; undefined when it has ended. */
export function processEntry(pid: number): ProcessEntry | undefined {
  try {
    return entryOf(pid, readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return undefined
  }
}

/** Parses a line of /proc/<pid>/stat. The name, in parentheses, may hold anything; the fields after it are counted from the state. */
export function entryOf(pid: number, stat: string): ProcessEntry {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = (field: number) => Number(fields[field - 3])
  return {
    pid,
    parent: ticks(4),
    ownMs: (ticks(14) + ticks(15)) * tickMs,
    reapedMs: (ticks(16) + ticks(17)) * tickMs,
  }
}

/** All processes below this one, children before grandchildren; without itself. */
export function descendantsOf(pid: number): readonly ProcessEntry[] {
  const children = new Map<number, ProcessEntry[]>()
  for (const name of readdirSync('/proc')) {
    const entry = /^\d+$/.test(name) ? processEntry(Number(name)) : undefined
    if (entry) children.set(entry.parent, [...(children.get(entry.parent) ?? []), entry])
  }
  const found = [...(children.get(pid) ?? [])]
  // The list grows while it is walked.
  for (const { pid: of } of found) found.push(...(children.get(of) ?? []))
  return found
}
