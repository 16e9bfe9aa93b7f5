import type { RunRecord } from '../../../../harness/model/run-record.ts'
import type { Details, PageSeries } from '../../payload.ts'
import { controlPlaneLanes } from './control-plane-lanes.ts'
import { pressureLane } from './pressure-lane.ts'
import { machineLanes, processorLane, stallLane } from './host-lanes.ts'
import type { Lane } from './lanes.ts'
import { nodeLanes } from './node-lanes.ts'

export interface LaneGroup {
  readonly title: string
  readonly note: string
  readonly lanes: readonly Lane[]
}

const atMoments = 'seen at single moments; nothing is known where nothing is drawn'

/** The lanes of what is recorded beside the record: machines, control plane, Nodes and host. A group without a lane is left out. */
export function laneGroups(
  record: RunRecord,
  series: readonly PageSeries[],
  details: Details,
): { readonly groups: readonly LaneGroup[]; readonly missing: readonly string[] } {
  const zeroMs = record.injectedAtMs ?? 0
  const prefix = record.cluster === null ? '' : `${record.cluster.name}-`
  const pressure = pressureLane(details, zeroMs)
  const host = [
    ...[processorLane(details, zeroMs)].filter(({ items }) => items.length > 0),
    ...(series.length > 0 ? [stallLane(series, zeroMs)] : []),
    ...(pressure ? [pressure] : []),
  ]
  const groups: readonly LaneGroup[] = [
    { title: 'Commands per machine', note: 'by step', lanes: machineLanes(details, record, zeroMs) },
    { title: 'Control plane', note: atMoments, lanes: controlPlaneLanes(details, zeroMs) },
    { title: 'Nodes', note: atMoments, lanes: nodeLanes(details, zeroMs) },
    { title: 'Host', note: '', lanes: host },
  ]
  const [present, absent] = [
    groups
      .filter(({ lanes }) => lanes.length > 0)
      .map((group) => ({ ...group, lanes: group.lanes.map((lane) => withoutPrefix(lane, prefix)) })),
    groups.filter(({ lanes }) => lanes.length === 0),
  ]
  const missing = absent.map(({ title }) => title.toLowerCase())
  return { groups: present, missing: pressure ? missing : [...missing, 'CPU pressure'] }
}

/** The name of the cluster is the same on every machine, and leaves no room for the rest. */
const withoutPrefix = (lane: Lane, prefix: string): Lane =>
  prefix !== '' && lane.title.startsWith(prefix) ? { ...lane, title: lane.title.slice(prefix.length) } : lane
