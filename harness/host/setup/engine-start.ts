import { readFile } from 'node:fs/promises'
import { waitFor } from '../../../lib/engine/wait.ts'
import { PreflightError } from '../../model/errors.ts'
import { processStart } from '../process/process-start.ts'
import { recordHostChanges } from './host-change-log.ts'
import { readEngine } from './engine-facts.ts'
import { drillRuntime } from './engine-runtime.ts'

const engineLog = '/var/log/drill-dockerd.log'
const startTimeoutMs = 60_000

/**
 * Takes what start-engine.sh printed, records the engine as one that drill started, and waits until it answers.
 * Rejects with PreflightError that holds the last line of the engine's log.
 */
export async function engineStarted(output: string, signal?: AbortSignal): Promise<void> {
  const pid = Number(output.trim().split('\n').at(-1))
  const startTicks = Number.isInteger(pid) ? await processStart(pid) : undefined
  if (startTicks !== undefined) await recordHostChanges([{ kind: 'engine', pid, startTicks }])
  const state = async (): Promise<'usable' | 'ended' | false> => {
    if (startTicks === undefined || (await processStart(pid)) !== startTicks) return 'ended'
    return (await usable(signal)) && 'usable'
  }
  const seen = await waitFor('the engine answers', state, {
    timeoutMs: startTimeoutMs,
    ...(signal ? { signal } : {}),
  }).catch((cause: unknown) => {
    signal?.throwIfAborted()
    return cause
  })
  if (seen !== 'usable')
    throw new PreflightError(
      `the engine did not start: ${await lastLogLine()}`,
      `read ${engineLog}, then npx --no-install drill setup`,
    )
}

/** A service manager started it; it may take a moment. */
export async function engineAnswers(signal?: AbortSignal): Promise<void> {
  await waitFor('the engine answers', () => usable(signal), {
    timeoutMs: startTimeoutMs,
    ...(signal ? { signal } : {}),
  })
}

/** Waits until a running engine uses drill's runtime. */
export async function runtimeTakenOver(signal?: AbortSignal): Promise<void> {
  const uses = async () => (await readEngine(signal)).defaultRuntime === drillRuntime
  await waitFor(`the engine uses the runtime ${drillRuntime}`, uses, {
    timeoutMs: 10_000,
    ...(signal ? { signal } : {}),
  })
}

/** Answers, or would answer another user: access is the next action. */
async function usable(signal?: AbortSignal): Promise<boolean> {
  return ['answers', 'forbidden'].includes((await readEngine(signal)).state)
}

async function lastLogLine(): Promise<string> {
  const text = await readFile(engineLog, 'utf8').catch(() => '')
  return text.trim().split('\n').at(-1)?.slice(-300) || 'its log is empty'
}
