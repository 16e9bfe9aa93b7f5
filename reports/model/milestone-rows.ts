import type { MilestoneName, RunRecord } from '../../harness/model/run-record.ts'
import { formatDuration } from './figures.ts'

export interface MilestoneRow {
  readonly name: MilestoneName
  readonly title: string
  /** Since the injection; null when it was not reached. */
  readonly atMs: number | null
  /** The same for readers, or why there is none. */
  readonly text: string
  /** Since the milestone before it in time, or the injection. */
  readonly afterMs: number | null
}

const titles: Readonly<Record<MilestoneName, string>> = {
  detected: 'Fault detected',
  recoveryStarted: 'Repair started',
  etcdHealthy: 'etcd healthy',
  apiReady: 'API ready',
  leasesFresh: 'All leases fresh',
  nodesReady: 'All nodes Ready',
  tokensReissued: 'Tokens reissued',
  recovered: 'Recovered',
}

/** The milestones in the order in which they were reached, the others after them. */
export function milestoneRows({ milestones }: Pick<RunRecord, 'milestones'>): readonly MilestoneRow[] {
  const all = (Object.keys(titles) as MilestoneName[]).map((name) => ({
    name,
    title: titles[name],
    atMs: milestones[name],
  }))
  const reached = all.filter(({ atMs }) => atMs !== null).toSorted((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0))
  const missed = all.filter(({ atMs }) => atMs === null)
  // Those on the way to a recovery are told by the library's repair; another may have passed them and said nothing.
  const missing = milestones.recovered === null ? 'not reached' : 'not told'
  return [...reached, ...missed].map((row, index) => ({
    ...row,
    text: row.atMs === null ? missing : formatDuration(row.atMs),
    afterMs: row.atMs === null ? null : row.atMs - (reached[index - 1]?.atMs ?? 0),
  }))
}
