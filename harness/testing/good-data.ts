import type { DataAfter } from '../checks/data-kept/evidence.ts'
import { moment } from './good-moments.ts'

/** A ledger with one entry that was deleted, and one that the API did not acknowledge while it was away. */
export function keptData(): DataAfter {
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
