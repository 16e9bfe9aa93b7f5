import type { ProbeSummary, RunRecord } from '../../../harness/model/run-record.ts'
import type { ControlArm } from '../../../harness/model/run-view.ts'
import { controlGapText } from '../../model/control-gap.ts'
import { downtimeOf } from '../../model/downtime.ts'
import { formatCount, formatDuration, formatShare } from '../../model/figures.ts'
import { isApiPath, isNullPath } from '../../../harness/model/probe-path.ts'
import { requiredOneIn } from '../../../harness/probe/analysis/detectable-rate.ts'
import { Section } from './layout/section.tsx'
import { TableRegion } from './layout/table-region.tsx'

const groupsWith = (control?: ControlArm): readonly (readonly [title: string, columns: readonly string[]])[] => [
  ['Samples', ['Planned', 'Sent', 'OK', 'Failed', 'Unmea\u00ADsured', 'Coverage']],
  ['Down', ['Lower', 'Point', 'Upper']],
  ['Longest gap', ['Seen', 'Bound', ...(control ? ['Control arm'] : [])]],
  ['Latency', ['p50', 'p99', 'Max']],
]

/** The figures of every path. */
export function Probes({ record, control }: { readonly record: RunRecord; readonly control?: ControlArm | undefined }) {
  const { probes, budgets } = record
  const groups = groupsWith(control)
  if (probes.length === 0) return <Section id="probes" title="Probes" lead="Nothing was probed." children={null} />
  const lead = `Budgets: ${formatCount(budgets.failedProbes)} failed, longest gap ${formatDuration(budgets.longestGapMs)}, and a failure of 1\u00A0request in ${formatCount(budgets.detectableOneIn)} seen with 99\u00A0%, of fewer where a path is sampled more rarely.`
  return (
    <Section id="probes" title="Probes" lead={lead}>
      <TableRegion label="Probes">
        <table class="probes">
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                Path
              </th>
              {groups.map(([title, columns]) => (
                <th
                  key={title}
                  scope={columns.length === 1 ? 'col' : 'colgroup'}
                  colSpan={columns.length}
                  rowSpan={columns.length === 1 ? 2 : 1}
                  class="number group"
                >
                  {title}
                </th>
              ))}
              <th scope="col" rowSpan={2}>
                Errors
              </th>
            </tr>
            <tr>
              {groups
                .filter(([, columns]) => columns.length > 1)
                .flatMap(([title, columns]) =>
                  columns.map((column) => (
                    <th key={title + column} scope="col" class="number">
                      {column}
                    </th>
                  )),
                )}
            </tr>
          </thead>
          <tbody>
            {probes.map((probe) => (
              <ProbeRow key={probe.id} probe={probe} budgets={budgets} control={control} />
            ))}
          </tbody>
        </table>
      </TableRegion>
      <p class="footnote">
        Down, lower to upper: not shorter and not longer than that, summed over the path’s outages. Longest gap, seen:
        the longest time between two good answers, without what was not measured; bound: the longest outage that is
        possible if every unmeasured sample had failed. Latency counts from the planned time; p50, p99 and max are of
        the answers that were good.
        {control && ` Control arm: the longest gap seen in ${control.id}, in which nothing was destroyed.`}
      </p>
    </Section>
  )
}

interface RowProperties {
  readonly probe: ProbeSummary
  readonly budgets: RunRecord['budgets']
  readonly control: ControlArm | undefined
}

function ProbeRow({ probe, budgets, control }: RowProperties) {
  const {
    id,
    title,
    target,
    planned,
    sent,
    ok,
    failed,
    unmeasured,
    coverage,
    longestGapMs,
    outageBoundMs,
    detectableOneIn,
    latencyMs,
    intervalMs,
    deadlineMs,
    outages,
  } = probe
  const { lowerMs, pointMs, upperMs, open } = downtimeOf(probe)
  const down = (ms: number) => (failed === 0 ? '0' : `${open ? '≥\u00A0' : ''}${formatDuration(ms)}`)
  const errors = [...new Set(outages.flatMap((outage) => outage.errors))]
  // The budgets are the workload's.
  const mark = (isOff: boolean, sign: '▲' | '▼' = '▲') => (isOff && !isApiPath({ id }) ? sign : undefined)
  return (
    <tr data-probe={id}>
      <th scope="row">
        {title}
        {isNullPath({ id }) && <span class="tag">instrument</span>}
        {isApiPath({ id }) && <span class="tag">API</span>}
        <small>
          {target}, every {formatDuration(intervalMs)}, deadline {formatDuration(deadlineMs)}
        </small>
      </th>
      <Figure name="planned" text={formatCount(planned)} />
      <Figure name="sent" text={formatCount(sent)} />
      <Figure name="ok" text={formatCount(ok)} />
      <Figure name="failed" text={formatCount(failed)} off={mark(failed > budgets.failedProbes)} />
      <Figure name="unmeasured" text={formatCount(unmeasured)} />
      <Figure
        name="coverage"
        text={formatShare(coverage)}
        off={mark(detectableOneIn < requiredOneIn(budgets.detectableOneIn, intervalMs), '▼')}
      />
      <Figure name="lower" text={down(lowerMs)} />
      <Figure name="point" text={down(pointMs)} />
      <Figure name="upper" text={down(upperMs)} />
      <Figure
        name="gap"
        text={longestGapMs === null ? 'unknown' : formatDuration(longestGapMs)}
        off={mark(longestGapMs === null || longestGapMs > budgets.longestGapMs)}
      />
      <Figure name="bound" text={formatDuration(outageBoundMs)} off={mark(outageBoundMs > budgets.longestGapMs)} />
      <ControlFigure control={control} path={id} />
      <Figure name="p50" text={latencyMs === null ? '–' : formatDuration(latencyMs.p50)} />
      <Figure name="p99" text={latencyMs === null ? '–' : formatDuration(latencyMs.p99)} />
      <Figure name="max" text={latencyMs === null ? '–' : formatDuration(latencyMs.max)} />
      <td>{errors.length === 0 ? <span class="muted">none</span> : errors.join(', ')}</td>
    </tr>
  )
}

/** The longest gap of the same path in the control arm. */
function ControlFigure({ control, path }: { readonly control: ControlArm | undefined; readonly path: string }) {
  return control ? <Figure name="control" text={controlGapText(control, path)} /> : null
}

interface FigureProperties {
  readonly name: string
  readonly text: string
  /** The mark of a figure outside its budget. */
  readonly off?: '▲' | '▼' | undefined
}

function Figure({ name, text, off }: FigureProperties) {
  return (
    <td class={`number ${off ? 'over' : ''}`} data-figure={name}>
      {off && <span aria-hidden="true">{off} </span>}
      {text}
      {off && <span class="spoken"> (outside the budget)</span>}
    </td>
  )
}
