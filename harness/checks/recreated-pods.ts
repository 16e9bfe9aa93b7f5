import type { RunRecord } from '../model/run-record.ts'
import { isInfrastructure } from '../observe/infrastructure-pods.ts'
import type { PodIdentity, PodSnapshot } from '../observe/pod-snapshot.ts'

/** The pods that a repair with `--clients recreate` deleted as it promises. */
export interface RecreatedPods {
  readonly uids: ReadonlySet<string>
  /** Deleted, and nobody took their place. */
  readonly failures: readonly string[]
}

/**
 * With `--clients recreate` the API's rejected clients are deleted, where their owner makes another: the cluster's own pods, and the
 * workload's client that reads its credentials once. Only where the credentials were replaced.
 */
export function recreatedPods(
  { recovery, replaces }: Pick<RunRecord, 'recovery' | 'replaces'>,
  before: PodSnapshot,
  after: PodSnapshot,
): RecreatedPods {
  const allowed =
    recovery?.options['clients'] === 'recreate' && (replaces.includes('cluster-ca') || replaces.includes('sa-key'))
  if (!allowed) return { uids: new Set(), failures: [] }
  const old = new Set(before.pods.map(({ uid }) => uid))
  const kept = new Set(after.pods.map(({ uid }) => uid))
  const made = after.pods.filter(({ uid, ready }) => ready && !old.has(uid))
  const deleted = before.pods.filter(
    (pod) => !kept.has(pod.uid) && !pod.mirror && (pod.readsOnce || isInfrastructure(pod)),
  )
  return {
    uids: new Set(deleted.map(({ uid }) => uid)),
    failures: deleted
      .filter((pod) => !made.some((other) => isSuccessor(other, pod)))
      .map(({ namespace, name }) => `${namespace}/${name}: deleted, and no pod took its place`),
  }
}

/** Of the same owner, by the name that it gives its pods: all but their last part, which is random. */
const isSuccessor = (one: PodIdentity, other: PodIdentity): boolean =>
  one.namespace === other.namespace && ownerName(one) === ownerName(other)

const ownerName = ({ name }: PodIdentity): string => name.replace(/-[^-]+$/, '')
