import { apiServersSchema, collectApiServers } from '../../observe/api-servers.ts'
import { evidenceOf } from '../../observe/evidence-of.ts'
import { collectNodes, nodeSnapshotSchema } from '../../observe/node-snapshot.ts'
import { collectPods, podSnapshotSchema } from '../../observe/pod-snapshot.ts'
import type { Check } from '../../model/check.ts'
import { expectedNotReady } from '../../model/expected-not-ready.ts'
import { outcomes, type ProbeSeries } from '../../model/probe-series.ts'
import type { RunView } from '../../model/run-view.ts'
import { conclude } from '../conclude.ts'
import { count, counted } from '../../model/format.ts'
import { isApiPath, isNullPath } from '../../model/probe-path.ts'

const check = { id: 'healthy-before', title: 'Healthy baseline' }

/** An unhealthy baseline makes a drill void, so that this check is pass or unknown, never fail. */
export const healthyBefore: Check = {
  ...check,
  collect: {
    async baseline(context) {
      await Promise.all([
        collectApiServers(context, 'baseline'),
        collectNodes(context, 'baseline'),
        collectPods(context, 'baseline'),
      ])
    },
  },
  judge(run) {
    const servers = evidenceOf(run, 'api-servers-baseline', apiServersSchema)
    const nodes = evidenceOf(run, 'nodes-baseline', nodeSnapshotSchema)
    const pods = evidenceOf(run, 'pods-baseline', podSnapshotSchema)
    const probed = probedBefore(run)
    const sick = expectedNotReady(run.events)
    const live = pods.ok
      ? pods.value.pods.filter(({ phase, node }) => phase !== 'Succeeded' && !sick.has(node ?? ''))
      : []
    const readyNodes = nodes.ok ? nodes.value.nodes.filter(({ name }) => !sick.has(name)) : []
    const unknowns = [
      ...[servers, nodes, pods].flatMap((evidence) => (evidence.ok ? [] : [evidence.unknown])),
      ...(servers.ok
        ? servers.value.servers
            .filter(({ status }) => status !== 200)
            .map(({ node }) => `the API of ${node} was not ready`)
        : []),
      ...(servers.ok && servers.value.servers.length === 0 ? ['no API server was asked'] : []),
      ...readyNodes
        .filter(({ ready }) => ready !== 'True')
        .map(({ name, reason }) => `${name} was not Ready (${reason})`),
      ...(nodes.ok
        ? nodes.value.nodes
            .filter(({ name, ready }) => sick.has(name) && ready === 'True')
            .map(({ name }) => `${name} was Ready, and was not to be`)
        : []),
      ...(nodes.ok && readyNodes.length === 0 ? ['there was no node'] : []),
      ...live
        .filter(({ ready }) => !ready)
        .map(({ namespace, name, phase }) => `pod ${namespace}/${name} was not ready (${phase})`),
      ...(pods.ok && live.length === 0 ? ['there was no pod'] : []),
      ...probed.unknowns,
    ]
    const claim = `${counted(readyNodes.length, 'node')} Ready${sick.size > 0 ? `, ${sick.size} not on purpose` : ''}, ${counted(live.length, 'pod')} ready, no failed probe in ${count(probed.ok)}`
    return conclude(check, { failures: [], unknowns, claim })
  },
}

/** The samples planned before the fault; without a fault, those of the baseline. */
function probedBefore(run: RunView): { readonly ok: number; readonly unknowns: readonly string[] } {
  const baseline = run.record.phases.find(({ id }) => id === 'baseline')
  const untilMs = run.record.injectedAtMs ?? baseline?.toMs
  if (untilMs == null) return { ok: 0, unknowns: ['the baseline was not finished'] }
  // The API servers have been asked by themselves.
  const series = run.series.filter((one) => !isApiPath(one))
  if (series.length === 0) return { ok: 0, unknowns: ['nothing was probed'] }
  const paths = series.map((one) => ({ id: one.id, ...tally(one, untilMs) }))
  return {
    ok: paths.filter((path) => !isNullPath(path)).reduce((sum, { ok }) => sum + ok, 0),
    unknowns: paths.flatMap(({ id, ok, failed }) => [
      ...(failed > 0 ? [`${id}: ${counted(failed, 'probe')} failed before the fault`] : []),
      ...(ok === 0 ? [`${id}: no probe succeeded before the fault`] : []),
    ]),
  }
}

function tally(
  { seq, outcome, startMs, intervalMs }: ProbeSeries,
  untilMs: number,
): { readonly ok: number; readonly failed: number } {
  let [ok, failed] = [0, 0]
  for (const [index, n] of seq.entries()) {
    if (startMs + n * intervalMs >= untilMs) continue
    if (outcome[index] === outcomes.ok) ok++
    else if (outcome[index] === outcomes.failed) failed++
  }
  return { ok, failed }
}
