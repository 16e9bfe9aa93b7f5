import type { RunRecord } from '../../../harness/model/run-record.ts'
import { formatDuration } from '../../model/figures.ts'
import { formatMoment } from './format-moment.ts'
import { Section } from './section.tsx'

/** What ran where, with which versions: what it takes to run it again. */
export function Conditions({ record }: { readonly record: RunRecord }) {
  const { argv, versions, images, host, git, cluster, startedAt, finishedAt, durationMs, id, exitCode, topology } =
    record
  const rows: readonly (readonly [name: string, value: string])[] = [
    ['Run', id],
    ['Command', argv.join(' ')],
    ['Began', formatMoment(startedAt)],
    ['Ended', finishedAt === null ? 'not recorded' : formatMoment(finishedAt)],
    ['Took', durationMs === null ? 'not recorded' : formatDuration(durationMs)],
    ['Exit code', exitCode === null ? 'none' : String(exitCode)],
    ['Control planes', String(topology.controlPlanes)],
    ['Workers', String(topology.workers)],
    ['Cluster', cluster === null ? 'none' : `${cluster.name}, ${cluster.kept ? 'kept' : 'deleted afterwards'}`],
    ['Host', `${host.cores} cores, ${(host.memoryBytes / 2 ** 30).toFixed(1)} GiB, cgroup ${host.cgroup}`],
    [
      'Source',
      git.commit === null ? 'no git' : `${git.commit.slice(0, 12)}${git.dirty === true ? ', with changes' : ''}`,
    ],
    ...Object.entries(versions),
    ...Object.entries(images).map(([name, image]) => [`${name} image`, image] as const),
  ]
  return (
    <Section id="conditions" title="Conditions" lead="What ran where, and with what.">
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
