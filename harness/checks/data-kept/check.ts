import type { Check } from '../../model/check.ts'
import { counted } from '../../model/format.ts'
import { evidenceOf } from '../../observe/evidence-of.ts'
import { conclude } from '../conclude.ts'
import { collectDataAfter, collectDataBefore } from './collect.ts'
import { type DataAfter, dataAfterSchema, dataBeforeSchema } from './evidence.ts'

const check = { id: 'data-kept', title: 'The data of the cluster is kept' }

/**
 * By a ledger that was written through the API from the baseline to the end: what was acknowledged is there, what was deleted is not. And
 * by etcd itself: no member went back, and all have the same data.
 */
export const dataKept: Check = {
  ...check,
  collect: { baseline: collectDataBefore, settled: collectDataAfter },
  judge(run) {
    const before = evidenceOf(run, 'data-baseline', dataBeforeSchema)
    const after = evidenceOf(run, 'data-settled', dataAfterSchema)
    if (!before.ok || !after.ok) {
      const unknowns = [before, after].flatMap((seen) => (seen.ok ? [] : [seen.unknown]))
      return conclude(check, { failures: [], unknowns, claim: '' })
    }
    const data = after.value
    const { controlPlanes } = run.record.topology
    const seen = ledgerSeen(data)
    const revision = Math.max(0, ...data.members.map((member) => member.revision))
    return conclude(check, {
      failures: [...ledgerFailures(data, seen), ...memberFailures(data, before.value.revision)],
      unknowns: [
        ...(seen.written.length === 0 ? ['no write of the ledger was acknowledged'] : []),
        ...(isWrittenToTheEnd(data) ? [] : ['the API acknowledged no write in the last 10 s']),
        ...memberUnknowns(data, controlPlanes),
      ],
      claim: `${counted(seen.written.length, 'acknowledged write')} and ${counted(seen.deleted.length, 'acknowledged delete')} through the API are kept; ${counted(data.members.length, 'member')} of etcd with the same data at revision ${revision}`,
      facts: [
        `${counted(seen.uncertain.length, 'request')} not acknowledged, ${seen.uncertain.filter((name) => data.present.includes(name)).length} of which were carried out`,
        ...data.members.map(({ node, hash, revision: at }) => `${node}: hash ${hash} at revision ${at}`),
      ],
    })
  },
}

interface Seen {
  /** Acknowledged writes that nobody asked to delete. */
  readonly written: readonly string[]
  readonly deleted: readonly string[]
  /** Entries of which a request was not acknowledged. */
  readonly uncertain: readonly string[]
}

function ledgerSeen({ ledger }: DataAfter): Seen {
  const names = (action: 'write' | 'delete', acknowledged: boolean) =>
    ledger.filter((entry) => entry.action === action && entry.acknowledged === acknowledged).map(({ name }) => name)
  const asked = new Set(ledger.flatMap(({ action, name }) => (action === 'delete' ? [name] : [])))
  return {
    written: names('write', true).filter((name) => !asked.has(name)),
    deleted: names('delete', true),
    uncertain: [...new Set([...names('write', false), ...names('delete', false)])],
  }
}

const some = (names: readonly string[]) => `${names.slice(0, 3).join(', ')}${names.length > 3 ? ' and more' : ''}`

function ledgerFailures({ present, changed, ledger }: DataAfter, { written, deleted }: Seen): readonly string[] {
  const there = new Set([...present, ...changed])
  const known = new Set(ledger.map(({ name }) => name))
  const lost = written.filter((name) => !there.has(name))
  const back = deleted.filter((name) => there.has(name))
  const foreign = [...there].filter((name) => !known.has(name))
  return [
    ...(lost.length > 0 ? [`${counted(lost.length, 'acknowledged write')} lost: ${some(lost)}`] : []),
    ...(back.length > 0 ? [`${counted(back.length, 'acknowledged delete')} undone: ${some(back)}`] : []),
    ...(changed.length > 0 ? [`with another content than was written: ${some(changed)}`] : []),
    ...(foreign.length > 0 ? [`never written: ${some(foreign)}`] : []),
  ]
}

function memberFailures({ members }: DataAfter, before: number): readonly string[] {
  const [first] = members
  return [
    ...members.flatMap(({ node, revision }) =>
      revision < before ? [`${node}: etcd went back to revision ${revision}, from ${before}`] : [],
    ),
    ...members.flatMap(({ node, ...member }) =>
      first && isComparable(first, member) && member.hash !== first.hash
        ? [`the etcd of ${node} has other data than that of ${first.node} at revision ${member.revision}`]
        : [],
    ),
  ]
}

type Member = Pick<DataAfter['members'][number], 'revision' | 'compacted'>

const isComparable = (one: Member, other: Member) =>
  one.revision === other.revision && one.compacted === other.compacted

function memberUnknowns({ members }: DataAfter, controlPlanes: number): readonly string[] {
  const [first] = members
  return [
    ...(members.length === controlPlanes
      ? []
      : [`${members.length} of ${counted(controlPlanes, 'member')} of etcd told its hash`]),
    ...members.flatMap(({ node, ...member }) =>
      first && !isComparable(first, member) ? [`the etcd of ${node} could not be compared`] : [],
    ),
  ]
}

/** A ledger that stopped says nothing of the time after. */
function isWrittenToTheEnd({ ledger, atMs }: DataAfter): boolean {
  const last = Math.max(0, ...ledger.flatMap((entry) => (entry.acknowledged ? [entry.atMs] : [])))
  const end = Math.max(last, ...ledger.map((entry) => entry.atMs))
  return ledger.length > 0 && end - last <= 10_000 && atMs - end <= 20_000
}
