import { descendantsOf } from '../host/process/process-tree.ts'
import { sendSignal } from '../host/process/send-signal.ts'

/**
 * SIGKILL for a process and for all that descends from it: as when the machine that it runs on dies. It is stopped
 * first, so that it starts nothing more while its descendants are listed; those are groups of their own
 * (host-command.ts), so that no group has them all.
 */
export function killTree(pid: number): void {
  sendSignal(pid, 'SIGSTOP')
  const doomed = [pid, ...descendantsOf(pid).map((process) => process.pid)]
  for (const each of doomed) sendSignal(each, 'SIGKILL')
}
