import { PreconditionError } from '../engine/errors.ts'
import type { EtcdFiles, EtcdMember } from '../etcd/etcd-files.ts'

/** A control plane of the inventory, with its etcd files. */
export interface ListedMember {
  readonly name: string
  readonly addresses: readonly string[]
  readonly etcd: EtcdFiles
}

const isMember = (member: EtcdMember, { name, addresses }: ListedMember): boolean =>
  member.name === name || member.peerHosts.some((host) => addresses.includes(host))

/**
 * Throws PreconditionError unless the control planes of the inventory are the members of one etcd cluster, all with
 * their data. By their files: an etcd that is started on an empty directory becomes a new, empty cluster, and an API
 * server on that makes every kubelet delete every pod (kubernetes#38918).
 */
export function refuseWrongMembers(listed: readonly ListedMember[]): void {
  const members = listed.flatMap(({ etcd }) => etcd.members ?? [])
  const known = [...new Map(members.map((member) => [member.id, member])).values()]
  const workers =
    known.length === 0 ? [] : listed.filter((machine) => !known.some((member) => isMember(member, machine)))
  if (workers.length > 0) {
    throw new PreconditionError(
      `${namesOf(workers)} is listed as a control plane but is not a member of etcd (members are ${namesOf(known)}): list it as a worker`,
      { reason: 'not-an-etcd-member' },
    )
  }
  const empty = listed.filter(({ etcd }) => !etcd.hasData)
  if (empty.length > 0) {
    throw new PreconditionError(
      `etcd has no data on ${namesOf(empty)}: nothing was changed, since an empty etcd makes kubelets delete every pod; ` +
        'bring the data directory back, or remove and re-add that member',
      { reason: 'etcd-data-missing' },
    )
  }
  const clusters = new Map(listed.map(({ name, etcd }) => [etcd.identity?.clusterId, name]))
  if (clusters.size > 1) {
    const ids = listed.map(({ name, etcd }) => `${name} has ${etcd.identity?.clusterId ?? 'none'}`)
    throw new PreconditionError(
      `the control planes are of different etcd clusters: ${ids.join(', ')}; nothing was changed: correct the inventory, or bring back the data directory of the odd one`,
      { reason: 'etcd-clusters-differ' },
    )
  }
  const missing = known.filter((member) => !listed.some((machine) => isMember(member, machine)))
  if (missing.length > 0) {
    throw new PreconditionError(
      `etcd has ${known.length} members, and the inventory lacks ${namesOf(missing)}: list it, or remove the member if its machine is gone for good; nothing was changed`,
      { reason: 'control-plane-missing' },
    )
  }
}

const namesOf = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).join(', ')
