import { dataAfterSchema, type DataAfter } from '../../../checks/data-kept/evidence.ts'
import { type Commits, commitsSchema } from '../../../checks/commits-kept/evidence.ts'
import { inEvidence, takeOut, theOne } from '../mutant/change.ts'
import type { StoredMutant } from '../mutant/mutant.ts'

const kept = { base: 'good', check: 'data-kept', verdict: 'fail', touches: ['evidence/data-settled'] } as const
const database = {
  base: 'good',
  check: 'commits-kept',
  verdict: 'fail',
  touches: ['evidence/commits-settled'],
} as const
const commits = (edit: (seen: Commits) => void) => inEvidence('commits-settled', commitsSchema, edit)
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
  {
    ...database,
    id: 'acknowledged-commit-lost',
    title: 'the database lost one commit that it had acknowledged',
    because: /1 acknowledged commit lost: 2$/,
    change: commits(({ primary, standby }) => {
      for (const server of [primary, standby ?? []]) takeOut(server, (n) => n === 2, 'entry of the database')
    }),
  },
  {
    ...database,
    id: 'commit-lost-before-its-delete',
    title: 'a commit was gone when its entry was to be deleted, and nothing else shows it',
    because: /1 acknowledged commit lost: 5$/,
    change: commits(({ ledger }) => {
      ledger.vanished.push(takeOut(ledger.deleted, () => true, 'deleted entry'))
    }),
  },
  {
    ...database,
    id: 'deleted-entry-resurrected',
    title: 'an entry came back whose delete the database had acknowledged',
    because: /1 deleted or refused commit resurrected: 5$/,
    change: commits(({ ledger, primary, standby }) => {
      for (const server of [primary, standby ?? []]) server.push(theOne(ledger.deleted, () => true, 'deleted entry'))
    }),
  },
  {
    ...database,
    id: 'standby-lacks-a-commit',
    title: 'the standby never got one commit',
    because: /1 acknowledged commit missing in the standby: 2$/,
    change: commits(({ standby }) => {
      takeOut(standby ?? [], (n) => n === 2, 'entry of the standby')
    }),
  },
  {
    ...database,
    verdict: 'unknown',
    id: 'commits-stopped',
    title: 'nothing was committed in the last minute',
    because: /no commit was acknowledged in the last 10 s/,
    change: commits(({ ledger }) => {
      ledger.lastMs = ledger.endMs - 60_000
    }),
  },
  {
    ...database,
    verdict: 'unknown',
    id: 'ledger-of-commits-missing',
    title: 'what the database acknowledged was not collected',
    because: /there is no evidence commits-settled/,
    change: (run) => ({
      ...run,
      evidence: Object.fromEntries(Object.entries(run.evidence).filter(([name]) => name !== 'commits-settled')),
    }),
  },
]
