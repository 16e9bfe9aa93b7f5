import { readdirSync, readFileSync } from 'node:fs'
import { sendSignal } from '../host/process/send-signal.ts'

/**
 * SIGKILL for a process and for all that descends from it: as when the machine that it runs on dies. It is stopped
 * first, so that it starts nothing more while its descendants are listed; those are groups of their own
 * (host-command.ts), so that no group has them all.
 */
export function killTree(pid: number): void {
  sendSignal(pid, 'SIGSTOP')
  const doomed = [pid, ...descendantsOf(pid)]
  for (const each of doomed) sendSignal(each, 'SIGKILL')
}

function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const parent = parentOf(entry)
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)])
  }
  const below = (of: number): number[] => (children.get(of) ?? []).flatMap((child) => [child, ...below(child)])
  return below(pid)
}

/** proc(5): the command's name, in parentheses, may hold anything; the state and the parent follow it. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 1).split(' ')[2])
  } catch {
    return undefined
  }
}
