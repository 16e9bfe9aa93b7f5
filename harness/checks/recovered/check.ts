import { apiServersSchema, collectApiServers } from '../../observe/api-servers.ts'
import { type Evidence, evidenceOf } from '../../observe/evidence-of.ts'
import { onRunClock } from '../../observe/collecting.ts'
import { collectNodes, type NodeSnapshot, nodeSnapshotSchema } from '../../observe/node-snapshot.ts'
import type { Check, CollectAt } from '../../model/check.ts'
import type { RunView } from '../../model/run-view.ts'
import { z } from 'zod'
import { expectedNotReady } from '../../model/expected-not-ready.ts'
import { milestoneAt } from '../../model/milestone.ts'
import { hostSpeedText } from '../../model/host-speed.ts'
import { cpuFinding } from '../cpu-budget.ts'
import { budgetedMilestones } from '../milestone-budget.ts'
import { isLossProved } from '../loss-proved.ts'
import { conclude } from '../conclude.ts'
import { counted, seconds } from '../../model/format.ts'

const check = { id: 'recovered', title: 'Recovered within budget' }

const collectBoth =
  (when: CollectAt): NonNullable<NonNullable<Check['collect']>[CollectAt]> =>
  async (context) => {
    // First what needs no credentials, so that it is on record where the rest cannot be had.
    await collectApiServers(context, when)
    await collectNodes(context, when)
  }

/** By the cluster's own objects right after the repair and once more when all is settled; the time is from the start of the repair. */
export const recovered: Check = {
  ...check,
  collect: { recovered: collectBoth('recovered'), settled: collectBoth('settled') },
  judge(run) {
    const { milestones, injectedAtMs, topology } = run.record
    if (injectedAtMs === null) return conclude(check, { failures: [], unknowns: ['nothing was destroyed'], claim: '' })
    const [startedMs, recoveredMs] = ['recovery-started', 'recovered'].map((id) => milestoneAt(milestones, id))
    if (startedMs == null || recoveredMs == null) return notRecovered(run)
    const budgeted = [...budgetedMilestones(run.record), cpuFinding(run.record)]
    const observations = [
      observed(run, 'recovered', injectedAtMs + startedMs),
      observed(run, 'settled', injectedAtMs + recoveredMs),
    ]
    const nodes = topology.controlPlanes + topology.workers
    return conclude(check, {
      failures: [...budgeted, ...observations].flatMap(({ failures }) => failures),
      unknowns: [...budgeted, ...observations].flatMap(({ unknowns }) => unknowns),
      claim: `recovered ${seconds(recoveredMs - startedMs)} after the repair began: ${counted(topology.controlPlanes, 'API server')} answering, ${counted(nodes, 'lease')} renewed, ${counted(nodes - expectedNotReady(run.events).size, 'node')} Ready`,
      facts: [
        ...milestones.map(({ id, atMs }) => `${id}: ${seconds(atMs)} after the injection`),
        ...cpuFinding(run.record).facts,
        `this host: ${hostSpeedText(run.record.hostSpeed)}`,
      ],
    })
  },
}

function observed(
  run: RunView,
  when: CollectAt,
  sinceMs: number,
): { readonly failures: readonly string[]; readonly unknowns: readonly string[] } {
  const { controlPlanes, workers } = run.record.topology
  const servers = evidenceOf(run, `api-servers-${when}`, apiServersSchema)
  const nodes = evidenceOf(run, `nodes-${when}`, nodeSnapshotSchema)
  const sick = expectedNotReady(run.events)
  return {
    failures: [
      ...(servers.ok
        ? servers.value.servers
            .filter(({ status }) => status !== 200)
            .map(
              ({ node, status, error }) =>
                `${when}: the API of ${node} does not answer (${status ?? error ?? 'no reason'})`,
            )
        : []),
      ...(nodes.ok
        ? nodes.value.nodes.flatMap((node) => nodeFailures(when, node, nodes.value, { sinceMs, sick }))
        : []),
    ],
    unknowns: [
      ...[servers, nodes].flatMap((evidence: Evidence<unknown>) => (evidence.ok ? [] : [evidence.unknown])),
      ...(servers.ok && servers.value.servers.length !== controlPlanes
        ? [`${when}: ${servers.value.servers.length} of ${counted(controlPlanes, 'API server')} seen`]
        : []),
      ...(nodes.ok && nodes.value.nodes.length !== controlPlanes + workers
        ? [`${when}: ${nodes.value.nodes.length} of ${counted(controlPlanes + workers, 'node')} seen`]
        : []),
    ],
  }
}

function nodeFailures(
  when: CollectAt,
  node: NodeSnapshot['nodes'][number],
  snapshot: NodeSnapshot,
  { sinceMs, sick }: { readonly sinceMs: number; readonly sick: ReadonlySet<string> },
): readonly string[] {
  const { name, ready, reason, leaseRenewedAt } = node
  const renewedAtMs = leaseRenewedAt === null ? undefined : onRunClock(snapshot, leaseRenewedAt)
  return [
    ...(ready === 'True' || sick.has(name) ? [] : [`${when}: ${name} is not Ready (${reason || ready})`]),
    ...(renewedAtMs !== undefined && renewedAtMs > sinceMs
      ? []
      : [`${when}: the lease of ${name} was not renewed since the repair ${when === 'recovered' ? 'began' : 'ended'}`]),
  ]
}

const failedSchema = z.looseObject({ chain: z.array(z.string()) })

/** Bounded waiting is over and the cluster is not whole: that is the drill's failure, unless the drill itself ended early or proved no loss. */
function notRecovered(run: RunView) {
  const { error, milestones } = run.record
  const failed = failedSchema.safeParse(run.events.findLast(({ type }) => type === 'recovery.failed'))
  const servers = evidenceOf(run, 'api-servers-settled', apiServersSchema)
  const answering = servers.ok ? servers.value.servers.filter(({ status }) => status === 200).length : 0
  const facts = servers.ok
    ? [`${answering} of ${counted(servers.value.servers.length, 'API server')} answering in the end`]
    : [servers.unknown]
  if (error !== null)
    return conclude(check, {
      failures: [],
      unknowns: [`the run ended early, in phase ${error.phase}: ${error.message}`],
      claim: '',
      facts,
    })
  if (!isLossProved(run))
    return conclude(check, {
      failures: [],
      unknowns: ['the fault is not proved, so nothing could recover from it'],
      claim: '',
      facts,
    })
  const why = failed.success
    ? `the repair failed: ${failed.data.chain.join(' <- ')}`
    : milestoneAt(milestones, 'recovery-started') === null
      ? 'nothing repaired the cluster'
      : 'the repair did not end'
  if (!servers.ok && !failed.success)
    return conclude(check, { failures: [], unknowns: [servers.unknown], claim: '', facts: [why] })
  return conclude(check, { failures: [`not recovered: ${why}`], unknowns: [], claim: '', facts })
}
