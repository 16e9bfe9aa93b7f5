import { addAbortListener } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CpuReading } from '../host/cpu-seconds.ts'
import { errorChain, exitCodeOf } from '../model/errors.ts'
import type { CollectAt } from '../model/check.ts'
import type { DrillContext } from '../model/context.ts'
import type { Journal } from '../model/journal.ts'
import { fileManifests } from '../observe/file-manifest.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { DrillPlan, DrillEnvironment, RunningProbes } from './environment-port.ts'
import { earlierDisaster } from './earlier-disaster.ts'
import { injectAndRecover } from './inject-and-recover.ts'
import { findingsNow, judgeRun } from './judge-run.ts'
import { cpuNow, measureHost, noteCpuUsed, watchPressure } from './measure-host.ts'
import { inPhase, type PhaseId } from './phases.ts'
import { probingEndMs } from './probing-end.ts'
import { plannedRecord, saveProgress } from './progress-record.ts'
import { teardownOf, type Teardown } from './teardown.ts'

interface Run {
  readonly plan: DrillPlan
  readonly ports: DrillEnvironment
  readonly journal: Journal
  readonly teardown: Teardown
  readonly signal: AbortSignal
}

/**
 * One drill from preflight to teardown. Never rejects for what happens in the run: the record tells, with its exit code.
 * The caller renders the reports. Rejects only with PreflightError or the abort reason while nothing was created yet.
 */
export async function runDrill(
  plan: DrillPlan,
  ports: DrillEnvironment,
  journal: Journal,
  signal: AbortSignal,
): Promise<RunRecord> {
  const run: Run = { plan, ports, journal, signal, teardown: teardownOf(journal) }
  let record = await saveProgress(plan, plannedRecord(plan, await ports.environment(plan)), journal, 'planned')
  const at: { phase: PhaseId } = { phase: 'preflight' }
  const phase = <T>(id: PhaseId, body: () => Promise<T>): Promise<T> => {
    at.phase = id
    return inPhase(journal, id, body)
  }
  const pressureOver = watchPressure(ports, plan.runDir, journal)
  let failure: unknown
  try {
    await drill(run, phase)
  } catch (error) {
    failure = signal.aborted ? signal.reason : error
    const [message = '', ...causes] = errorChain(failure)
    record = { ...record, error: { phase: at.phase, message, chain: [message, ...causes] } }
    journal.append({ type: 'run.failed', phase: at.phase, message })
  }
  await pressureOver()
  record = await saveProgress(plan, record, journal, 'collected')
  record = await inPhase(journal, 'judge', () => judgeRun(plan.runDir, record, plan.scenario))
  return finish(run, record, failure)
}

/** Tears down, and closes the record. */
async function finish(run: Run, judged: RunRecord, failure: unknown): Promise<RunRecord> {
  const { plan, ports, journal, teardown } = run
  const keep = plan.keep === 'always' || (plan.keep === 'on-failure' && judged.verdict !== 'pass')
  const interrupted = run.signal.aborted
  const made = journal.events.some((event) => event.type === 'cluster.registered')
  const passed = failure === undefined && judged.verdict === 'pass'
  const handedOn = made && !keep && passed && ports.handsOn?.(plan) === true
  const errors = await inPhase(journal, 'teardown', async () => {
    const problems = made ? await ports.collectLogs(plan) : []
    for (const problem of problems) journal.append({ type: 'log.missing', problem })
    if (made && keep && !interrupted) await ports.keepCluster(plan)
    else if (handedOn) journal.append({ type: 'cluster.handed-on', cluster: plan.clusterName })
    else if (made) teardown.register('delete the cluster', () => ports.deleteCluster(plan))
    return teardown.run()
  })
  const exitCode =
    failure !== undefined
      ? exitCodeOf(failure)
      : errors.length > 0
        ? exitCodeOf(new Error('teardown'))
        : judged.exitCode
  const cluster = made ? { name: plan.clusterName, kept: keep && !interrupted } : null
  journal.append({ type: 'run.finished', verdict: judged.verdict, exitCode })
  return saveProgress(plan, { ...judged, cluster, exitCode, teardownErrors: [...errors] }, journal, 'judged')
}

type InPhase = <T>(id: PhaseId, body: () => Promise<T>) => Promise<T>

async function drill(run: Run, phase: InPhase): Promise<void> {
  const { plan, ports, journal, signal } = run
  await phase('preflight', () => ports.preflight(plan))
  const cluster = await phase('provision', () => {
    journal.append({ type: 'cluster.registered', cluster: plan.clusterName })
    return ports.createCluster(plan, journal, signal)
  })
  // What a collector began in the background, such as samples of the API, ends with the drill, however it ends.
  const over = new AbortController()
  // AbortSignal.any can lose the abort of a source that is collected afterwards (Node.js 24.16 and later, nodejs/node#65995).
  const following = addAbortListener(signal, () => over.abort(signal.reason))
  const context = ports.context(plan, cluster, journal, over.signal)
  try {
    await drillOn(run, context, phase)
  } finally {
    following[Symbol.dispose]()
    over.abort()
  }
}

async function drillOn(run: Run, context: DrillContext, phase: InPhase): Promise<void> {
  const { plan, ports, teardown, signal } = run
  const { scenario, durations } = plan
  const probes = await phase('seed', () =>
    ports.startProbes(plan, context, (undo) => teardown.register('stop the probers', undo)),
  )
  const { earlier } = scenario
  if (earlier) await phase('earlier', () => earlierDisaster(ports, plan, context, earlier))
  await phase('baseline', async () => {
    const measured = measureHost(ports, context, 'baseline')
    await Promise.all([sleep(durations.baselineMs, undefined, { signal }), probes.calibrate('baseline')])
    await measured()
    await collect(run, context, 'baseline')
  })
  if (!(await baselineHealthy(run))) return probes.stop()
  let afterwards: Promise<unknown> = Promise.resolve()
  let cpuBefore: CpuReading | undefined
  let measured: (() => Promise<void>) | undefined
  if (scenario.losses.length > 0 || plan.recovery !== undefined) {
    const beforeRepair = async (kubeadmConfig: string | undefined) => {
      await collect(run, context, 'unrepaired')
      await (plan.planOnly ? planOnly : planRepair)(run, context, kubeadmConfig)
      measured = measureHost(ports, context, 'recovered')
      cpuBefore = await cpuNow(ports, context, probes)
    }
    const { proof, ended } = await injectAndRecover({ ports, plan, context, phase, beforeRepair })
    await measured?.()
    if (proof.result !== 'confirmed' || plan.planOnly) return probes.stop()
    if (cpuBefore) noteCpuUsed(context, cpuBefore, await cpuNow(ports, context, probes))
    afterwards = ended
  }
  await phase('settle', () => settle(run, context, probes, afterwards))
}

/** An unhealthy cluster proves nothing, so it is not even broken: the run ends as unknown. */
async function baselineHealthy({ plan, journal }: Run): Promise<boolean> {
  const check = plan.scenario.checks.find(({ id }) => id === 'healthy-before')
  if (!check) return true
  const [finding] = await findingsNow(plan.runDir, [check], journal.events)
  if (finding?.verdict === 'pass') return true
  journal.append({ type: 'baseline.unhealthy', summary: finding?.summary ?? '', details: finding?.details ?? [] })
  return false
}

/** What the repair would do, on the record; that it cannot be told does not keep it from being done. */
async function planRepair({ plan, ports, journal, signal }: Run, context: DrillContext, kubeadmConfig?: string) {
  const fromMs = journal.nowMs()
  const recovery = plan.recovery?.id ?? ''
  try {
    const steps = await ports.planRepair(plan, context, kubeadmConfig)
    journal.append({ type: 'recovery.planned', recovery, tookMs: Math.round(journal.nowMs() - fromMs), steps })
  } catch (error) {
    signal.throwIfAborted()
    journal.append({ type: 'recovery.plan-failed', recovery, chain: errorChain(error) })
  }
}

/** The plan alone, with evidence that making it changed nothing. */
async function planOnly(run: Run, context: DrillContext, kubeadmConfig?: string): Promise<void> {
  const before = await fileManifests(context)
  await planRepair(run, context, kubeadmConfig)
  await context.evidence.write('plan-file-manifests', { before, after: await fileManifests(context) })
}

async function settle(
  run: Run,
  context: DrillContext,
  probes: RunningProbes,
  afterwards: Promise<unknown>,
): Promise<void> {
  const { plan, journal, signal } = run
  const recovered = journal.events.some(
    (event) => event.type === 'milestone.reached' && event['milestone'] === 'recovered',
  )
  const untilMs = probingEndMs({ ...plan, recovered, nowMs: journal.nowMs(), enoughAtMs: probes.enoughAtMs })
  await collect(run, context, 'recovered')
  const untilThen = sleep(Math.max(0, untilMs - journal.nowMs()), undefined, { signal })
  await Promise.all([untilThen, probes.calibrate('settled')])
  await afterwards
  await probes.stop()
  await collect(run, context, 'settled')
}

/** Runs the collectors of one moment, one after another. One that fails leaves its check without evidence, which judges as unknown. */
async function collect(run: Run, context: DrillContext, when: CollectAt): Promise<void> {
  for (const check of run.plan.scenario.checks) {
    const collector = check.collect?.[when]
    if (!collector) continue
    try {
      await collector(context)
      run.journal.append({ type: 'evidence.collected', check: check.id, when })
    } catch (error) {
      run.signal.throwIfAborted()
      run.journal.append({ type: 'evidence.missing', check: check.id, when, chain: errorChain(error) })
    }
  }
}
