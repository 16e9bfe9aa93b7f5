import { dataAfterSchema, type DataAfter } from '../../../checks/data-kept/evidence.ts'
import { inEvidence, takeOut, theOne } from '../mutant/change.ts'
import type { StoredMutant } from '../mutant/mutant.ts'

const kept = { base: 'good', check: 'data-kept', verdict: 'fail', touches: ['evidence/data-settled'] } as const
const settled = (edit: (seen: DataAfter) => void) => inEvidence('data-settled', dataAfterSchema, edit)

/** What the cluster stores. */
export const dataMutants: readonly StoredMutant[] = [
  {
    ...kept,
    id: 'acknowledged-write-lost',
    title: 'one acknowledged write is lost',
    because: /1 acknowledged write lost: entry-/,
    change: settled(({ present }) => {
      takeOut(present, () => true, 'entry of the ledger')
    }),
  },
  {
    ...kept,
    id: 'acknowledged-delete-undone',
    title: 'one acknowledged delete is undone',
    because: /1 acknowledged delete undone: entry-/,
    change: settled(({ ledger, present }) => {
      const isDelete = ({ action, acknowledged }: (typeof ledger)[number]) => action === 'delete' && acknowledged
      present.push(theOne(ledger, isDelete, 'acknowledged delete').name)
    }),
  },
  {
    ...kept,
    id: 'etcd-went-back',
    title: 'etcd was restored to an earlier revision',
    because: /etcd went back to revision 1, from/,
    change: settled(({ members }) => {
      theOne(members, () => true, 'member').revision = 1
    }),
  },
  {
    ...kept,
    base: 'two-control-planes',
    id: 'member-with-other-data',
    title: 'one member of etcd has other data than the other',
    because: /the etcd of control-plane2 has other data than that of control-plane/,
    change: settled(({ members }) => {
      theOne(members, ({ node }) => node === 'control-plane2', 'second member').hash += 1
    }),
  },
  {
    ...kept,
    verdict: 'unknown',
    id: 'ledger-stopped',
    title: 'nothing was written in the last minute',
    because: /the API acknowledged no write in the last 10 s/,
    change: settled(({ ledger }) => {
      for (const entry of ledger) entry.atMs -= 60_000
    }),
  },
]
