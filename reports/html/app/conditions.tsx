import type { RunRecord } from '../../../harness/model/run-record.ts'
import { hostSpeedText } from '../../../harness/model/host-speed.ts'
import { formatCounted, formatDuration, formatShare, keepFigures } from '../../model/figures.ts'
import { formatMoment } from './format-moment.ts'
import { Section } from './layout/section.tsx'

/** Host, versions and options of the run: all that is needed to repeat it. */
export function Conditions({ record }: { readonly record: RunRecord }) {
  const { argv, versions, images, host, git, cluster, startedAt, finishedAt, durationMs, id, exitCode, topology } =
    record
  const { hostSpeed, proberScheduling } = record
  const rows: readonly Row[] = [
    ['Run', id],
    ['Command', argv.join(' ')],
    ...scenarioRows(record),
    ['Started', formatMoment(startedAt)],
    ['Finished', finishedAt === null ? 'not recorded' : formatMoment(finishedAt)],
    ['Duration', durationMs === null ? 'not recorded' : formatDuration(durationMs)],
    ['Exit code', exitCode === null ? 'none' : String(exitCode)],
    ['Control planes', String(topology.controlPlanes)],
    ['Workers', String(topology.workers)],
    ['Cluster', cluster === null ? 'none' : `${cluster.name}, ${cluster.kept ? 'kept' : 'deleted afterwards'}`],
    ['Host', `${host.cores} cores, ${(host.memoryBytes / 2 ** 30).toFixed(1)} GiB, cgroup ${host.cgroup}`],
    ...(hostSpeed.baselineMs === null ? [] : [['Host speed', keepFigures(hostSpeedText(hostSpeed))] as const]),
    ...pressureRows(record),
    ...(proberScheduling === null ? [] : [['Scheduling class of the prober', proberScheduling] as const]),
    [
      'Source',
      git.commit === null
        ? 'no git'
        : `${git.commit.slice(0, 12)}${git.dirty === true ? ', with uncommitted changes' : ''}`,
    ],
    ...Object.entries(versions),
    ...Object.entries(images).map(([name, image]) => [`${name} image`, image] as const),
  ]
  return (
    <Section id="conditions" title="Conditions" lead="Host, versions and images of this run.">
      <dl class="conditions">
        {rows.map(([name, value], index) => (
          <div key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

/** How short of processor time the host was; nothing in runs that did not look. */
function pressureRows({ cpuPressure }: RunRecord): readonly Row[] {
  if (!cpuPressure) return []
  const { source, samples, median, max } = cpuPressure
  const told =
    median === null || max === null
      ? 'not known'
      : `a process waited for a core in ${formatShare(median)} of a typical second and ${formatShare(max)} of the worst`
  return [['CPU pressure', `${told}; ${formatCounted(samples, 'second')}, ${source}`]]
}

type Row = readonly [name: string, value: string]

/** What was to be destroyed, what a right repair does with it, and who repaired. */
function scenarioRows(record: RunRecord): readonly Row[] {
  const { losses, replaces, replacesOn, stillAccepted, mayRestart, expects, recovery, workload } = record
  const rows: readonly Row[] = [
    ['Lost', losses.map(({ title }) => title).join('; ') || 'nothing'],
    ['Must be replaced', subjectsText(replaces, replacesOn)],
    ['Still accepted', subjectsText(stillAccepted)],
    ['May restart by themselves', subjectsText(mayRestart)],
    ['Expected', typeof expects === 'string' ? expects : `a refusal: ${expects.refused}`],
    ['Repaired by', recoveryText(recovery)],
    ['Workload of one’s own', workload ?? ''],
  ]
  return rows.filter(([, value]) => value !== '')
}

const subjectsText = (subjects: readonly string[], plane: number | null = null) =>
  `${subjects.join(', ')}${plane === null ? '' : `, on control plane ${plane} only`}`

function recoveryText(recovery: RunRecord['recovery']): string {
  if (recovery === null) return 'nobody'
  const { id, options, crashPoint, planOnly } = recovery
  const parts = [
    ...Object.entries(options).map(([name, value]) => `${name} ${value}`),
    ...(crashPoint === undefined ? [] : [`killed at ${crashPoint}`]),
    ...(planOnly === true ? ['plan only'] : []),
  ]
  return parts.length === 0 ? id : `${id} (${parts.join(', ')})`
}
