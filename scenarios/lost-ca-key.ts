import { apiNeverDown } from '../harness/checks/api-never-down/check.ts'
import { faultProved } from '../harness/checks/fault-proved/check.ts'
import { healthyBefore } from '../harness/checks/healthy-before/check.ts'
import { noDowntime } from '../harness/checks/no-downtime/check.ts'
import { refusedChangesNothing } from '../harness/checks/refused-changes-nothing/check.ts'
import { workloadsUndisturbed } from '../harness/checks/workloads-undisturbed/check.ts'
import { caKey, type CaKey } from '../harness/faults/ca-key.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { noop } from './noop.ts'

const reason = 'ca-key-missing'

/** The key of a CA lost that is in use: a new CA would break what works. */
const lostKey = (id: string, key: CaKey, drills: Scenario['drills']): Scenario => ({
  id,
  title: `${key} is gone on all control planes; the CA is in use`,
  hypothesis: 'The library refuses: a new CA would break a cluster that works, until the key is back.',
  losses: [caKey(key)],
  recovery: 'library',
  checks: [
    healthyBefore,
    faultProved,
    refusedChangesNothing(reason),
    workloadsUndisturbed,
    noDowntime,
    apiNeverDown({ longestGapMs: 3000 }),
  ],
  budgets: noop.budgets,
  expects: { refused: reason },
  drills,
})

const title = 'without the key of a CA is refused'

export const lostCaKeys: readonly Scenario[] = [
  lostKey('lost-ca-key', 'ca.key', [
    { title, topology: { controlPlanes: 1, workers: 1 }, in: 'ci' },
    { title, topology: { controlPlanes: 3, workers: 1 }, in: 'nightly' },
  ]),
  lostKey('lost-etcd-ca-key', 'etcd/ca.key', [{ title, topology: { controlPlanes: 1, workers: 1 }, in: 'nightly' }]),
  lostKey('lost-front-proxy-ca-key', 'front-proxy-ca.key', [
    { title, topology: { controlPlanes: 1, workers: 1 }, in: 'nightly' },
  ]),
]
