import { setTimeout as sleep } from 'node:timers/promises'
import type { NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'

/** So often from its start on, in ms, kubelet puts its own status of a pod back (syncPeriod, pkg/kubelet/status/status_manager.go). */
const periodMs = 10_000

/** The time that this takes, in ms. */
const syncMs = 200

/** Pure: how long to wait, in ms, until no status is put back for `quietMs`. Both times in ms, of the machine's clock. */
export function untilQuietMs(beganMs: number, nowMs: number, quietMs: number): number {
  const sinceMs = (((nowMs - beganMs) % periodMs) + periodMs) % periodMs
  if (sinceMs < syncMs) return syncMs - sinceMs
  const leftMs = periodMs - sinceMs
  return leftMs < quietMs ? leftMs + syncMs : 0
}

/**
 * Waits until a machine's kubelet puts no status of a pod back for `quietMs`, so that what others say of it holds for so long. Where its
 * log does not tell when it began, nobody waits. Rejects only by the signal.
 * @returns whether there was anything to wait for
 */
export async function awaitStatusSync(
  { node }: Pick<NodeState, 'node'>,
  quietMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const waitMs = await untilQuiet(node, quietMs, signal).catch(() => 0)
  signal.throwIfAborted()
  await sleep(waitMs, undefined, { signal })
  return waitMs > 0
}

async function untilQuiet(node: NodeState['node'], quietMs: number, signal: AbortSignal): Promise<number> {
  const script = bash`
${emitFunction}
pid=$(systemctl show kubelet --property MainPID --value)
{ journalctl --quiet --output short-unix _PID="$pid" | grep -m 1 'Starting to sync pod status' || true; } |
  cut -d ' ' -f 1 | emit began
date +%s.%N | emit now
`
  const { stdout } = await runScript(node, 'read when kubelet syncs the status of pods', script, {
    public: true,
    signal,
  })
  const text = parseFields(stdout)
  const msOf = (name: string) => Number(text(name)) * 1000
  return text('began') === '' ? 0 : untilQuietMs(msOf('began'), msOf('now'), quietMs)
}
