/** Sends a signal to a process, or to a group where the id is negative; one that has ended by now is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended.
  }
}
