import type { DataAfter } from '../checks/data-kept/evidence.ts'
import type { Commits } from '../checks/commits-kept/evidence.ts'
import { moment } from './good-moments.ts'

/** A ledger with one entry that was deleted, and one that the API did not acknowledge while it was away. */
function keptData(): DataAfter {
  const { atMs } = moment('settled')
  const entry = (name: string, action: 'write' | 'delete', beforeMs: number, problem = '') => {
    return { name, action, atMs: atMs - beforeMs, acknowledged: problem === '', problem }
  }
  return {
    ...moment('settled'),
    ledger: [
      entry('entry-000001', 'write', 150_000),
      entry('entry-000002', 'write', 149_000),
      entry('entry-000002', 'delete', 148_900),
      entry('entry-000003', 'write', 100_000, 'ECONNREFUSED'),
      entry('entry-000004', 'write', 500),
    ],
    present: ['entry-000001', 'entry-000004'],
    changed: [],
    members: [{ node: 'control-plane', revision: 1200, compacted: 0, hash: 77 }],
  }
}

/** A ledger in a database: one entry was deleted, one commit was in doubt and carried out, and one session broke. */
export function keptCommits(): Commits {
  const { atMs } = moment('settled')
  return {
    ...moment('settled'),
    ledger: {
      written: [1, 2, 3, 4, 5, 6, 8, 9, 10],
      deleted: [5],
      vanished: [],
      unacknowledged: [
        { n: 7, action: 'write', atMs: atMs - 60_000, fate: 'in-doubt', problem: 'no answer within 5 s' },
      ],
      sessions: [
        { fromMs: atMs - 150_000, toMs: atMs - 55_000, commits: 7, problem: 'no answer within 5 s' },
        { fromMs: atMs - 54_000, toMs: atMs - 100, commits: 3, problem: null },
      ],
      lastMs: atMs - 300,
      endMs: atMs - 100,
      longestWaitMs: 5400,
      longestWaitAtMs: atMs - 60_100,
    },
    primary: [1, 2, 3, 4, 6, 7, 8, 9, 10],
    standby: [1, 2, 3, 4, 6, 7, 8, 9, 10],
    standbyProblem: null,
  }
}

/** What was written to the cluster, and to the database in it. */
export const goodData = {
  'data-baseline': { ...moment('baseline'), revision: 800 },
  'data-settled': keptData(),
  'commits-settled': keptCommits(),
}
