import { coreFactor, hostFactor } from '../harness/model/host-speed.ts'
import { verdictSchema, type RunRecord, type Verdict } from '../harness/model/run-record.ts'
import type { Reporter } from './reporter.ts'
import { visibleText } from './model/record.ts'

type Labels = Readonly<Record<string, string>>

interface Family {
  /** Without the unit, which is appended. */
  readonly name: string
  readonly type?: 'gauge' | 'info' | 'stateset'
  readonly unit?: 'seconds' | 'ratio' | 'samples'
  readonly help: string
  /** What was not measured is null, and has no sample. */
  readonly samples: readonly (readonly [labels: Labels, value: number | null])[]
}

/** `metrics.txt`: verdict and figures of the run in the text format of OpenMetrics 1.0. */
export const openMetricsReporter: Reporter = {
  id: 'openmetrics',
  render: ({ record }) => [{ path: 'metrics.txt', content: metricsText(record) }],
}

function metricsText(record: RunRecord): string {
  const { scenario, topology } = record
  // On every sample, so that the runs of a matrix can be stored beside each other.
  const own = {
    scenario: scenario.id,
    control_planes: String(topology.controlPlanes),
    workers: String(topology.workers),
  }
  const lines = familiesOf(record).flatMap((family) => linesOf(family, own))
  return [...lines, '# EOF', ''].join('\n')
}

function linesOf({ name, type = 'gauge', unit, help, samples }: Family, own: Labels): readonly string[] {
  const full = `drill_${name}${unit === undefined ? '' : `_${unit}`}`
  const measured = samples.filter(([, value]) => value !== null)
  if (measured.length === 0) return []
  return [
    `# TYPE ${full} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${full} ${unit}`]),
    `# HELP ${full} ${help}`,
    ...measured.map(
      ([labels, value]) => `${full}${type === 'info' ? '_info' : ''}${labelsText({ ...own, ...labels })} ${value}`,
    ),
  ]
}

function labelsText(labels: Labels): string {
  const escaped = (text: string) =>
    visibleText(text.toWellFormed()).replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return `{${pairs.join(',')}}`
}

function familiesOf(record: RunRecord): readonly Family[] {
  return [...aboutRun(record), ...aboutRepair(record), ...aboutPaths(record)]
}

function aboutRun(record: RunRecord): readonly Family[] {
  const { id, versions, verdict, findings, durationMs, startedAt } = record
  const states = (label: string, is: Verdict, labels: Labels = {}): Family['samples'] =>
    verdictSchema.options.map((state) => [{ ...labels, [label]: state }, state === is ? 1 : 0])
  const known = Object.entries(versions).map(([name, version]) => [`version_${name.replaceAll(/\W/g, '_')}`, version])
  return [
    {
      ...{ name: 'run', type: 'info', help: 'The run, and the versions of what it ran with.' },
      samples: [[{ run: id, ...(Object.fromEntries(known) as Labels) }, 1]],
    },
    {
      ...{ name: 'verdict', type: 'stateset', help: 'The verdict of the run; a run that was not judged is unknown.' },
      samples: states('drill_verdict', verdict ?? 'unknown'),
    },
    {
      ...{ name: 'check', type: 'stateset', help: 'The verdict of each check.' },
      samples: findings.flatMap((finding) => states('drill_check', finding.verdict, { check: finding.id })),
    },
    {
      ...{ name: 'run_start_timestamp', unit: 'seconds', help: 'When the run began, since 1970.' },
      samples: [[{}, Date.parse(startedAt) / 1000]],
    },
    {
      ...{ name: 'run_duration', unit: 'seconds', help: 'From the start of the run to the end of its teardown.' },
      samples: [[{}, seconds(durationMs)]],
    },
  ]
}

function aboutRepair({ milestones, budgets, cpuSeconds, hostSpeed }: RunRecord): readonly Family[] {
  return [
    {
      ...{
        name: 'milestone',
        unit: 'seconds',
        help: 'When a milestone was reached, since the injection of the fault.',
      },
      samples: milestones.map(({ id, atMs }) => [{ milestone: id }, seconds(atMs)]),
    },
    {
      ...{ name: 'milestone_budget', unit: 'seconds', help: 'Since the start of the repair, on the reference host.' },
      samples: Object.entries(budgets.milestones).map(([id, { ms }]) => [{ milestone: id }, seconds(ms)]),
    },
    {
      ...{
        name: 'repair_cpu',
        unit: 'seconds',
        help: 'Processor time of all machines and of the repair until recovered.',
      },
      samples: [[{}, cpuSeconds]],
    },
    {
      ...{ name: 'repair_cpu_budget', unit: 'seconds', help: 'Its budget, on the reference host.' },
      samples: [[{}, budgets.cpuSeconds]],
    },
    {
      ...{
        name: 'host_slowdown',
        unit: 'ratio',
        help: 'How many times slower than the reference host: its cores alone, and with what others took of them.',
      },
      samples: [
        [{ of: 'cores' }, coreFactor(hostSpeed)],
        [{ of: 'host' }, hostFactor(hostSpeed)],
      ],
    },
  ]
}

function aboutPaths({ probes, budgets }: RunRecord): readonly Family[] {
  const perPath = (value: (probe: RunRecord['probes'][number]) => number | null): Family['samples'] =>
    probes.map((probe) => [{ path: probe.id }, value(probe)])
  const counts = ['planned', 'ok', 'failed', 'unmeasured'] as const
  return [
    ...counts.map((count): Family => ({
      ...{ name: `path_${count}`, unit: 'samples', help: `Samples of a path that were ${count}.` },
      samples: perPath((probe) => probe[count]),
    })),
    {
      ...{ name: 'path_coverage', unit: 'ratio', help: 'Share of the planned samples that were measured.' },
      samples: perPath(({ coverage }) => coverage),
    },
    {
      ...{ name: 'path_longest_gap', unit: 'seconds', help: 'Longest time between two successes.' },
      samples: perPath(({ longestGapMs }) => seconds(longestGapMs)),
    },
    {
      ...{
        name: 'path_outage_bound',
        unit: 'seconds',
        help: 'No outage can have been longer, unmeasured time included.',
      },
      samples: perPath(({ outageBoundMs }) => seconds(outageBoundMs)),
    },
    {
      ...{
        name: 'longest_gap_budget',
        unit: 'seconds',
        help: 'The longest gap and the longest bound that a path may have.',
      },
      samples: [[{}, probes.length === 0 ? null : seconds(budgets.longestGapMs)]],
    },
  ]
}

function seconds(ms: number): number
function seconds(ms: number | null): number | null
function seconds(ms: number | null): number | null {
  return ms === null ? null : Number((ms / 1000).toFixed(6))
}
