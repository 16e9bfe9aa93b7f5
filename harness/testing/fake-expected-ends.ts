import type { Finding, RunRecord } from '../model/run-record.ts'
import { fakeFindings } from './fake-record.ts'

const passed = (id: string, title: string, summary: string): Finding => ({
  ...{ id, title, summary },
  ...{ verdict: 'pass', details: [] },
})

/** A drill whose repair had to refuse, and did. */
export function refusedChanges(record: RunRecord, probes: string): Partial<RunRecord> {
  const [healthy, proved] = fakeFindings({})
  const downtime = fakeFindings({}).find(({ id }) => id === 'no-downtime')
  const refusal = passed(
    'refused-changes-nothing',
    'The repair refuses and changes nothing',
    'the repair refused (etcd-data-missing), and no file changed on 3 machines',
  )
  return {
    ...{ verdict: 'pass', exitCode: 0, expects: { refused: 'etcd-data-missing' } },
    claim: `lost-etcd-data: destroyed, and the repair refused as expected (etcd-data-missing); ${probes}; all 4 checks pass`,
    scenario: {
      id: 'lost-etcd-data',
      title: 'Everything below /etc/kubernetes and the data of etcd are deleted on all control planes at once',
      hypothesis: 'The library refuses: an etcd that starts empty would make every kubelet delete every pod.',
    },
    findings: [healthy, proved, refusal, downtime].flatMap((finding) => finding ?? []),
    milestones: record.milestones.filter(({ id }) => id === 'detected' || id === 'recovery-started'),
    steps: record.steps.slice(0, 1).map((step) => ({ ...step, status: 'failed' })),
    ...{ plan: [], backups: [], replaces: [], budgets: { ...record.budgets, milestones: {} } },
  }
}

/** A drill whose repair had nothing to do; `noop` is one without a repair. */
export function nothingToDoChanges(record: RunRecord, noop: Partial<RunRecord>): Partial<RunRecord> {
  const unchanged = passed(
    'nothing-changed',
    'The repair finds nothing to do, and changes nothing',
    'nothing to do, said after 3.0 s; 159 files on 3 machines, their containers and 264 objects are untouched',
  )
  return {
    ...noop,
    scenario: {
      id: 'healthy',
      title: 'The repair is run where nothing is lost',
      hypothesis: 'The library finds nothing to do, and writes nothing.',
    },
    claim: (noop.claim ?? '').replace('noop', 'healthy').replace('9 checks', '10 checks'),
    findings: [...(noop.findings ?? []), unchanged],
    ...{ steps: record.steps.slice(0, 1), plan: [] },
  }
}
