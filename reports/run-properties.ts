import { hostFactor } from '../harness/model/host-speed.ts'
import type { ProbeSummary, RunRecord } from '../harness/model/run-record.ts'
import { downtimeOf } from './model/downtime.ts'
import { runClaim } from './model/record.ts'

type Value = string | number | null
type Property = readonly [name: string, value: string]

/** The figures of a run by name, for formats that have no place of their own for them. What was not measured is left out. */
export function runProperties(record: RunRecord): readonly Property[] {
  return [...aboutRun(record), ...aboutRepair(record), ...record.probes.flatMap(aboutPath)].flatMap(([name, value]) =>
    value === null ? [] : [[name, String(value)] as const],
  )
}

function aboutRun(record: RunRecord): readonly (readonly [string, Value])[] {
  const { topology, host, git, prober, calibration } = record
  return [
    ['run', record.id],
    ['verdict', record.verdict ?? 'unknown'],
    ['claim', runClaim(record)],
    ['controlPlanes', topology.controlPlanes],
    ['workers', topology.workers],
    ...Object.entries(record.versions).map(([name, version]) => [`version.${name}`, version] as const),
    ...Object.entries(record.images).map(([name, image]) => [`image.${name}`, image] as const),
    ['git.commit', git.commit],
    ['host.cores', host.cores],
    ['host.factor', hostFactor(record.hostSpeed).toFixed(2)],
    ['prober.scheduling', record.proberScheduling],
    ['prober.cpuShare', prober?.cpuShare.toFixed(3) ?? null],
    ['prober.stalled.ms', prober?.stalledMs ?? null],
    ...(record.probers ?? []).flatMap(({ vantage, cpuShare, samplesPerSecond, worstLagMs, stalledMs }) =>
      Object.entries({
        cpuShare: cpuShare.toFixed(3),
        samplesPerSecond: samplesPerSecond.toFixed(1),
        'worstLag.ms': worstLagMs,
        'stalled.ms': stalledMs,
      }).map(([name, value]) => [`prober.${vantage}.${name}`, value] as const),
    ),
    ['prober.calibrated.ms', calibration?.calibratedMs ?? null],
  ]
}

function aboutRepair({ milestones, budgets, cpuSeconds }: RunRecord): readonly (readonly [string, Value])[] {
  return [
    ...milestones.map(({ id, atMs }) => [`milestone.${id}.ms`, atMs] as const),
    ...Object.entries(budgets.milestones).map(([id, { ms }]) => [`budget.${id}.ms`, ms] as const),
    ['budget.longestGap.ms', budgets.longestGapMs],
    ['budget.failedProbes', budgets.failedProbes],
    ['repair.cpuSeconds', cpuSeconds === null ? null : cpuSeconds.toFixed(1)],
    ['budget.cpuSeconds', budgets.cpuSeconds],
  ]
}

function aboutPath(probe: ProbeSummary): readonly (readonly [string, Value])[] {
  const { lowerMs, pointMs, upperMs } = downtimeOf(probe)
  const figures: Readonly<Record<string, Value>> = {
    planned: probe.planned,
    ok: probe.ok,
    failed: probe.failed,
    unmeasured: probe.unmeasured,
    coverage: probe.coverage,
    'longestGap.ms': probe.longestGapMs,
    'outageBound.ms': probe.outageBoundMs,
    'detectionFloor.ms': probe.detectionFloorMs ?? null,
    detectableOneIn: probe.detectableOneIn,
    'downLower.ms': lowerMs,
    'down.ms': pointMs,
    'downUpper.ms': upperMs,
    'latencyP50.ms': probe.latencyMs?.p50 ?? null,
    'latencyP99.ms': probe.latencyMs?.p99 ?? null,
    'latencyMax.ms': probe.latencyMs?.max ?? null,
  }
  return Object.entries(figures).map(([name, value]) => [`probe.${probe.id}.${name}`, value] as const)
}
