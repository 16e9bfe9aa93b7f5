import { fakeRun, hostileText, type FakeRunKind } from '../../harness/testing/fake-run.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { StoredRun } from '../comparison/stored-run.ts'

const drill = 'lost-pki --control-planes 1 --workers 2'

/** A made-up run of a night; the same arguments give the same run. */
export function nightRun(night: number, kind: FakeRunKind = 'pass', change: Partial<RunRecord> = {}): StoredRun {
  const { record } = fakeRun(kind, { samples: kind === 'outage' ? 2500 : 500 })
  const startedAt = new Date(Date.UTC(2026, 10, night, 2, 15)).toISOString()
  const id = `${startedAt.replaceAll(/[-:]|\.\d+/g, '')}-lost-pki-m1`
  return { record: { ...record, id, startedAt, ...change }, drill, href: `../${id}/report/index.html` }
}

/** The run with another time from the start of the repair until recovered. */
export function withRepair(run: StoredRun, repairMs: number): StoredRun {
  const startedMs = run.record.milestones.find(({ id }) => id === 'recovery-started')?.atMs ?? 0
  const milestones = run.record.milestones.map((milestone) =>
    milestone.id === 'recovered' ? { ...milestone, atMs: startedMs + repairMs } : milestone,
  )
  return { ...run, record: { ...run.record, milestones } }
}

/** Twelve nights, the last of them slow, one with an outage, one with a new Kubernetes; and one of hostile text. */
export const nights: readonly StoredRun[] = [
  ...[30, 31, 29, 30, 32, 30, 31, 29, 30, 31, 30, 55].map((repairS, index) =>
    withRepair(
      nightRun(index + 1, index === 3 ? 'outage' : 'pass', {
        versions: { kubernetes: index < 6 ? 'v1.36.4' : 'v1.37.0', drill: '0.1.0' },
      }),
      repairS * 1000,
    ),
  ),
  { ...nightRun(13, 'hostile'), drill: hostileText, href: hostileText },
]
