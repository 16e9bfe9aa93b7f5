import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultOptions } from '../../../lib/index.ts'
import type { ExperimentCluster } from '../experiment-cluster.ts'
import { observedPods, lostPods } from '../lost-pods.ts'
import { replacedCertificateAuthorities } from '../../checks/certificate-authorities-kept/check.ts'
import { clusterReady } from '../../cluster/cluster-ready.ts'
import type { DrillEnvironment } from '../../run/environment-port.ts'
import { injectAndRecover } from '../../run/inject-and-recover.ts'
import { removeRepairFiles } from '../../run/reuse-cluster.ts'
import { ClusterError, errorChain } from '../../model/errors.ts'
import { certificateAuthoritiesSchema, collectCertificateAuthorities } from '../../observe/certificate-authorities.ts'
import type { PodIdentity } from '../../observe/pod-snapshot.ts'
import type { DrillContext } from '../../model/context.ts'
import type { JournalEvent } from '../../model/journal.ts'
import { evidenceStore } from '../../store/run-directory.ts'
import { whereOf, type CrashPoint } from '../../recovery/crash-point.ts'
import type { KillCase } from './matrix-result.ts'

/**
 * One case on a cluster that is whole: the loss is injected again, the files of earlier repairs are removed, the repair is
 * killed, and run again. A repair that fails is a result; a loss that is not proved rejects with ClusterError.
 */
export async function runKillCase(
  ports: DrillEnvironment,
  { plan, context: whole, journal }: ExperimentCluster,
  crashPoint: CrashPoint,
  cluster: number,
): Promise<KillCase> {
  const context = await contextOf(whole, join(plan.runDir, whereOf(crashPoint).replaceAll(/[^a-z0-9]+/g, '-')))
  await clusterReady({ api: () => context.api(), nodes: context.cluster.machines.length, signal: context.signal })
  const before = await observedPods(context)
  await collectCertificateAuthorities(context, 'baseline')
  const title = `Destroy, repair, kill ${whereOf(crashPoint)}, repair`
  const { seq, atMs: fromMs } = journal.append({ type: 'phase.started', phase: 'recover', title })
  await removeRepairFiles(context)
  const recovery = { id: 'library', options: defaultOptions }
  const { proof, ended } = await injectAndRecover({ ports, plan: { ...plan, recovery, crashPoint }, context })
  if (proof.result !== 'confirmed') throw new ClusterError(`the loss is not proved: ${proof.summary}`)
  const failure = await ended
  const failures = failure ? [failure.join(' <- ')] : []
  const events = journal.events.filter((event) => event.seq > seq)
  const killed = events.some(({ type }) => type === 'recovery.killed')
  const kept = killed ? await keptCas(context, failures) : []
  const after = await observedPods(context).catch(() => null)
  context.signal.throwIfAborted()
  const podsLost = after && lostPods(before, after)
  if (podsLost && podsLost.length > 0) failures.push(`pods lost: ${podsLost.join(', ')}`)
  return {
    crashPoint,
    outcome: failures.length > 0 ? 'failed' : killed ? 'converged' : 'not-reached',
    failures,
    secondMs: killed ? secondMsIn(events) : null,
    kept,
    orphans: events.flatMap((event) => (event.type === 'orphan.stopped' ? [String(event['script'])] : [])),
    podsLost,
    podsRestarted: after && restarted(before, after),
    failedProbes: null,
    fromMs,
    toMs: journal.nowMs(),
    cluster,
  }
}

/** The same cluster with evidence of its own. */
async function contextOf(context: DrillContext, directory: string): Promise<DrillContext> {
  await mkdir(join(directory, 'evidence'), { recursive: true })
  return { ...context, evidence: evidenceStore(directory) }
}

async function keptCas(context: DrillContext, failures: string[]): Promise<readonly string[]> {
  try {
    await collectCertificateAuthorities(context, 'settled')
    const read = async (when: string) =>
      certificateAuthoritiesSchema.parse(await context.evidence.read(`certificate-authorities-${when}`))
    const compared = replacedCertificateAuthorities(await read('baseline'), await read('killed'), await read('settled'))
    failures.push(...compared.failures)
    return compared.kept
  } catch (error) {
    context.signal.throwIfAborted()
    failures.push(`it is not known which CAs were kept: ${errorChain(error).join(' <- ')}`)
    return []
  }
}

/** From the last start of the repair until the cluster was whole. */
export function secondMsIn(events: readonly JournalEvent[]): number | null {
  const at = (milestone: string) =>
    events.findLast((event) => event.type === 'milestone.reached' && event['milestone'] === milestone)?.atMs
  const [started, recovered] = [at('recovery-started'), at('recovered')]
  return started === undefined || recovered === undefined ? null : Math.round(recovered - started)
}

/** Pods that are still there and of which a container was started again. Mirrors of static pods are left out. */
export function restarted(before: readonly PodIdentity[], after: readonly PodIdentity[]): number {
  const starts = (pod: PodIdentity) => pod.containers.reduce((sum, { restartCount }) => sum + restartCount, 0)
  const earlier = new Map(before.filter(({ mirror }) => !mirror).map((pod) => [pod.uid, starts(pod)]))
  return after.filter((pod) => starts(pod) > (earlier.get(pod.uid) ?? Infinity)).length
}
