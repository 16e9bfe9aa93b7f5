import { sharedFiles } from '../../observe/control-plane-files.ts'
import { type ControlPlanes, collectControlPlanes, controlPlanesSchema } from '../../observe/control-planes.ts'
import { evidencePairOf } from '../../observe/evidence-of.ts'
import type { Check } from '../../model/check.ts'
import type { Subject } from '../../model/subject.ts'
import { sharedFileSubjects } from '../../observe/subjects.ts'
import { conclude } from '../conclude.ts'
import { counted } from '../../model/format.ts'

const check = {
  id: 'control-planes-agree',
  title: 'Control planes are consistent',
}

/** By the files of every control plane, by what each etcd member says, and by who answers through the balancer. */
export const controlPlanesAgree: Check = {
  ...check,
  collect: {
    baseline: (context) => collectControlPlanes(context, 'baseline'),
    settled: (context) => collectControlPlanes(context, 'settled'),
  },
  judge(run) {
    const seen = evidencePairOf(run, 'control-planes', controlPlanesSchema)
    if (!seen.ok) return conclude(check, { failures: [], unknowns: seen.unknowns, claim: '' })
    const { before: old, after: now } = seen
    const controlPlanes = run.record.topology.controlPlanes
    return conclude(check, {
      failures: [
        ...differences(now),
        ...replacedWrongly(old, now, new Set(run.record.replaces)),
        ...etcdFailures(old, now),
        ...balancerFailures(now),
      ],
      unknowns: [...unknownsOf(old), ...unseen(now, controlPlanes)],
      claim: claimOf(now),
      facts: now.planes.map(
        ({ node, files, etcd }) =>
          `${node}: CA ${files['ca.crt']?.slice(0, 11) ?? 'none'}, etcd member ${etcd?.memberId ?? 'unknown'} of ${etcd?.clusterId ?? 'unknown'}`,
      ),
    })
  },
}

function unknownsOf({ planes }: ControlPlanes): readonly string[] {
  const known = sharedFiles.every((file) => planes.some(({ files }) => files[file]))
  return [
    ...planes.flatMap(({ node, etcd }) => (etcd ? [] : [`${node}: etcd did not answer before the fault`])),
    ...(known ? [] : ['the files of before the fault are not all known']),
  ]
}

const unseen = ({ planes, balancer }: ControlPlanes, controlPlanes: number): readonly string[] => [
  ...(planes.length === controlPlanes ? [] : [`${planes.length} of ${counted(controlPlanes, 'control plane')} seen`]),
  ...(controlPlanes > 1 && balancer === null ? ['the balancer was not asked'] : []),
]

function claimOf({ planes, balancer }: ControlPlanes): string {
  const [first] = planes
  const etcd = `etcd is cluster ${first?.etcd?.clusterId ?? 'unknown'} with ${counted(first?.etcd?.members ?? 0, 'member')} as before`
  const met = balancer
    ? `, ${counted(balancer.served.length, 'API server')} met in ${balancer.connections} connections through the balancer`
    : ''
  return `${counted(planes.length, 'control plane')} with the same CAs and key, ${etcd}${met}`
}

/** Every control plane must hold every file, and each the same one. */
function differences({ planes }: ControlPlanes): readonly string[] {
  return sharedFiles.flatMap((file) => [
    ...planes.filter(({ files }) => !files[file]).map(({ node }) => `${node}: ${file} is missing or damaged`),
    ...(new Set(planes.flatMap(({ files }) => files[file] ?? [])).size > 1
      ? [`${file} differs between ${planes.map(({ node }) => node).join(' and ')}`]
      : []),
  ])
}

/** What was lost must be new, what was not lost must be the same: anything else came from somewhere else, or did needless harm. */
function replacedWrongly(old: ControlPlanes, now: ControlPlanes, replaced: ReadonlySet<Subject>): readonly string[] {
  return sharedFiles.flatMap((file) => {
    const before = new Set(old.planes.flatMap(({ files }) => files[file] ?? []))
    const lost = replaced.has(sharedFileSubjects[file])
    return now.planes.flatMap(({ node, files }) => {
      const seen = files[file]
      if (!seen || before.has(seen) === !lost) return []
      return [lost ? `${node}: ${file} is still the lost one` : `${node}: ${file} was replaced, though it was not lost`]
    })
  })
}

function etcdFailures(old: ControlPlanes, now: ControlPlanes): readonly string[] {
  const before = new Map(old.planes.map(({ node, etcd }) => [node, etcd]))
  return now.planes.flatMap(({ node, etcd }) => {
    const was = before.get(node)
    if (!etcd) return [`${node}: etcd does not answer`]
    if (!was) return []
    return [
      ...(etcd.clusterId === was.clusterId
        ? []
        : [`${node}: etcd is cluster ${etcd.clusterId}, not ${was.clusterId} as before`]),
      ...(etcd.memberId === was.memberId
        ? []
        : [`${node}: etcd is member ${etcd.memberId}, not ${was.memberId} as before`]),
      ...(etcd.members === was.members
        ? []
        : [`${node}: etcd has ${etcd.members} members, not ${was.members} as before`]),
    ]
  })
}

function balancerFailures({ planes, balancer }: ControlPlanes): readonly string[] {
  const silent = planes
    .filter(({ serving }) => serving === null)
    .map(({ node }) => `${node}: its API server shows no certificate`)
  if (!balancer) return silent
  const unserved = planes.filter(({ serving }) => serving !== null && !balancer.served.includes(serving))
  return [
    ...silent,
    ...unserved.map(({ node }) => `${node}: not met in ${balancer.connections} connections through the balancer`),
    ...(balancer.failed > 0
      ? [`${balancer.failed} of ${balancer.connections} connections through the balancer failed`]
      : []),
  ]
}
