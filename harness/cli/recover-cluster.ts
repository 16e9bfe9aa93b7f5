import { readFile, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { entries } from '../cluster/registry.ts'
import { machinesOf } from '../cluster/machines.ts'
import { errorChain, exitCodes, refusalReason, UsageError } from '../model/errors.ts'
import type { EventData, Journal } from '../model/journal.ts'
import { recoveryResultSchema, type RecoveryResultRecord } from '../model/recovery-result.ts'
import { openJournal } from '../store/journal.ts'
import { recoveryResult } from '../store/recovery-result.ts'
import { repairOrder } from '../recovery/repair-order.ts'
import { finishId, recoveryId } from '../recovery/registry.ts'
import { repairProcess } from '../recovery/repair-process.ts'
import { onInterrupt } from '../host/process/interrupts.ts'
import { openConsole } from './console.ts'
import { recoveryOptionsOf, type RecoveryFlags } from './recovery-options.ts'
import { planLines } from './render.ts'

export interface RecoverOptions extends RecoveryFlags {
  /** Ends the time in which tokens of a lost key are accepted, instead of a repair. */
  readonly finish?: true
  readonly cluster?: string
  readonly plan?: true
  readonly json?: true
  readonly recovery: string
}

/** Runs `drill recover` and resolves with its exit code. Rejects with UsageError for a cluster that drill did not create. */
export async function recoverCluster(run: string | undefined, options: RecoverOptions): Promise<number> {
  if (options.finish && options.recovery !== 'library')
    throw new UsageError('--finish ends a repair of the library', 'omit --recovery')
  const id = options.finish ? finishId : await recoveryId(options.recovery)
  const { cluster, runDir } = await entryOf(run, options.cluster)
  const machines = await machinesOf(cluster)
  if (machines.length === 0) throw new UsageError(`no container of cluster ${cluster} is running`)
  using interrupt = onInterrupt()
  const { signal } = interrupt
  const output = openConsole({ json: options.json ?? false, verbose: false })
  const utc = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
  using journal = openJournal(join(runDir, `recover-${utc}.jsonl`), output.event)
  const kubeadmConfig = await readFile(join(runDir, 'inputs', 'kubeadm.yaml'), 'utf8').catch(() => undefined)
  const recovery = { id, options: recoveryOptionsOf(options) }
  const what = options.plan ? 'plan' : 'repair'
  const order = repairOrder({ what, recovery, runDir }, machines, journal, kubeadmConfig)
  try {
    const onEvent = (event: Parameters<typeof journal.append>[0]) => void journal.append(event)
    const { plan } = await repairProcess(order, { onEvent, signal })
    if (plan) {
      journal.append({ type: 'recovery.planned', recovery: id, steps: plan })
      if (!options.json) for (const line of planLines(plan)) console.log(line)
    }
    return exitCodeFor(what, journal.events)
  } catch (error) {
    signal.throwIfAborted()
    const refused = refusalReason(error)
    const chain = errorChain(error)
    journal.append({ type: 'recovery.failed', recovery: id, chain, ...(refused ? { refused } : {}) })
    sayResultOfKilled(what, journal)
    return exitCodeFor(what, journal.events)
  } finally {
    output.close()
  }
}

/** Of a repair that did not live to say it itself: what it holds, and until when. */
function sayResultOfKilled(what: 'plan' | 'repair', journal: Pick<Journal, 'append' | 'events'>): void {
  if (what === 'plan' || journal.events.some(({ type }) => type === 'recovery.ended')) return
  const result = recoveryResult(journal.events)
  if (result) journal.append({ type: 'recovery.ended', result })
}

/** A plan has no result: it was made, was refused, or failed. */
function exitCodeFor(what: 'plan' | 'repair', events: readonly EventData[]): number {
  if (what === 'repair') return recoverExitCode(events)
  const failed = events.findLast(({ type }) => type === 'recovery.failed')
  if (failed === undefined) return exitCodes.pass
  return failed['refused'] === undefined ? exitCodes.fail : exitCodes.refused
}

/** By what the repair says that it came to; one that did not live to say it has failed. */
export function recoverExitCode(events: readonly EventData[]): number {
  const end = events.findLast(({ type }) => type === 'recovery.ended')
  const { data } = recoveryResultSchema.safeParse(end?.['result'])
  return data ? codes[data.outcome] : exitCodes.fail
}

const codes: Readonly<Record<RecoveryResultRecord['outcome'], number>> = {
  recovered: exitCodes.pass,
  'nothing-to-do': exitCodes.pass,
  degraded: exitCodes.degraded,
  refused: exitCodes.refused,
  failed: exitCodes.fail,
}

async function entryOf(run: string | undefined, cluster: string | undefined) {
  if ((run === undefined) === (cluster === undefined))
    throw new UsageError('missing run or cluster', 'drill recover latest, or drill recover --cluster NAME')
  const path = resolve(run === 'latest' ? join('runs', 'latest') : (run ?? ''))
  const runDir = await realpath(path).catch(() => path)
  const found = (await entries()).find((entry) =>
    cluster === undefined ? resolve(entry.runDir) === runDir : entry.cluster === cluster,
  )
  if (!found)
    throw new UsageError(
      `no kept cluster ${cluster === undefined ? `of run ${runDir}` : cluster}`,
      'drill gc --kept --dry-run lists the kept clusters',
    )
  if (found.alive)
    throw new UsageError(
      `the run of cluster ${found.cluster} is still active (process ${found.pid})`,
      'wait until it has finished',
    )
  return found
}
