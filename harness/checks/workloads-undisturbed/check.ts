import { evidencePairOf } from '../../observe/evidence-of.ts'
import { isInfrastructure, isKubeadms } from '../../observe/infrastructure-pods.ts'
import { components } from '../../observe/control-plane-files.ts'
import type { RuntimeContainer } from '../../observe/runtime-containers.ts'
import { collectPods, type PodIdentity, type PodSnapshot, podSnapshotSchema } from '../../observe/pod-snapshot.ts'
import { isProcessAmong } from '../../observe/subjects.ts'
import type { Check } from '../../model/check.ts'
import type { ProbeSeries } from '../../model/probe-series.ts'
import { revokedIn } from '../../model/run-record.ts'
import { renewsCredentials, type Subject } from '../../model/subject.ts'
import { conclude } from '../conclude.ts'
import { counted } from '../../model/format.ts'
import { recreatedPods } from '../recreated-pods.ts'

const check = { id: 'workloads-undisturbed', title: 'Workloads are undisturbed' }

/** By the API, by the container runtimes, and by the boot nonces that the workload itself gave to the probers. */
export const workloadsUndisturbed: Check = {
  ...check,
  collect: {
    baseline: (context) => collectPods(context, 'baseline'),
    settled: (context) => collectPods(context, 'settled'),
  },
  judge(run) {
    const seen = evidencePairOf(run, 'pods', podSnapshotSchema)
    const boots = bootsOf(run.series)
    if (!seen.ok)
      return conclude(check, { failures: boots.failures, unknowns: [...seen.unknowns, ...boots.unknowns], claim: '' })
    const { before, after } = seen
    const renewedProcesses = new Set([...run.record.replaces, ...run.record.mayRestart])
    const credentialsNew = renewsCredentials(revokedIn(run.record))
    // Where API clients keep their credentials, the cluster's own pods have no reason to restart either.
    const judged = (pod: PodIdentity) =>
      !isInfrastructure(pod) ||
      (isKubeadms(pod) && !credentialsNew && !(pod.mirror && isNewProcess(pod, renewedProcesses)))
    const recreated = recreatedPods(run.record, before, after)
    const workloads = before.pods.filter(
      (pod) => judged(pod) && !pod.deleting && pod.phase === 'Running' && !recreated.uids.has(pod.uid),
    )

    const renewed = credentialsNew ? workloads.filter((pod) => renewedIn(pod, after)) : []
    const stopped = workloads.filter(
      (pod) => run.record.injectedAtMs !== null && !renewed.includes(pod) && stoppedIn(pod, after),
    )
    const mayRestart = new Set([...renewed, ...stopped].map(({ uid }) => uid))
    const runtime = runtimeOf(before, after, workloads, mayRestart)
    return conclude(check, {
      failures: [
        ...workloads.flatMap((pod) => changesOf(pod, after, mayRestart.has(pod.uid))),
        ...runtime.failures,
        ...recreated.failures,
        ...boots.failures,
      ],
      unknowns: [...(workloads.length === 0 ? ['there was no workload'] : []), ...runtime.unknowns, ...boots.unknowns],
      claim: `${counted(workloads.length, 'workload pod')} kept UID, address, containers, start times and restart counts${excepted(renewed.length, stopped.length)}; ${counted(boots.pods, 'pod')} answered with one boot nonce each`,
      facts: [
        ...renewed.map(
          ({ namespace, name }) =>
            `${namespace}/${name}: restarted once in place, as it must be: it reads token and CA at its start only`,
        ),
        ...stopped.map(
          ({ namespace, name }) =>
            `${namespace}/${name}: restarted in place more than once, or without new credentials: it stops by itself when it cannot renew its lease`,
        ),
        ...before.pods.filter((pod) => !judged(pod)).flatMap((pod) => restartsOf(pod, after)),
      ],
    })
  },
}

/** Static pods whose processes are new after a right repair; which of them, and that the others stay, nothing-else-replaced judges. */
function isNewProcess({ name }: PodIdentity, subjects: ReadonlySet<Subject>): boolean {
  return components.some((component) => name.startsWith(`${component}-`) && isProcessAmong(component, subjects))
}

const excepted = (renewed: number, stopped: number) => {
  const exceptions = [
    ...(renewed === 0 ? [] : [`${counted(renewed, 'restart')} in place of ${readers(renewed)}`]),
    ...(stopped === 0
      ? []
      : [`${counted(stopped, 'operator')} that stopped without ${stopped === 1 ? 'its' : 'their'} lease`]),
  ]
  return exceptions.length === 0 ? '' : `, but for ${exceptions.join(' and ')}`
}

const readers = (restarts: number) =>
  restarts === 1 ? 'the client that reads its credentials once' : 'clients that read their credentials once'

/** The first exception, where the credentials were replaced: the API client that reads its credentials once, each container restarted once in the same pod. */
const renewedIn = (pod: PodIdentity, after: PodSnapshot): boolean =>
  pod.readsOnce && restartedIn(pod, after, (times) => times === 1)

/**
 * The second: an operator that ends itself while the API is away, as often as it takes until the API is back. No repair can keep it up; it
 * must run in the same pod in the end.
 */
const stoppedIn = (pod: PodIdentity, after: PodSnapshot): boolean =>
  pod.stopsWithoutLease && restartedIn(pod, after, (times) => times > 0)

/** Whether each container of a pod is another one now, in the same pod, after so many restarts. */
function restartedIn(pod: PodIdentity, after: PodSnapshot, isMeant: (times: number) => boolean): boolean {
  const now = after.pods.find(({ uid }) => uid === pod.uid)?.containers ?? []
  return (
    pod.containers.length > 0 &&
    pod.containers.every(({ name, id, restartCount }) =>
      now.some((same) => same.name === name && same.id !== id && isMeant(same.restartCount - restartCount)),
    )
  )
}

function changesOf(pod: PodIdentity, after: PodSnapshot, mayRestart: boolean): readonly string[] {
  const name = `${pod.namespace}/${pod.name}`
  const now = after.pods.find(({ uid }) => uid === pod.uid)
  if (!now) return [`${name}: the pod is gone`]
  const containers = (mayRestart ? [] : pod.containers).flatMap((container) => {
    const same = now.containers.find((candidate) => candidate.name === container.name)
    if (!same) return [`${name}: container ${container.name} is gone`]
    return [
      ...(same.id === container.id ? [] : [`${name}: container ${container.name} is another one`]),
      ...(same.startedAt === container.startedAt
        ? []
        : [`${name}: container ${container.name} started again at ${same.startedAt ?? 'no time'}`]),
      ...(same.restartCount === container.restartCount
        ? []
        : [
            `${name}: container ${container.name} restarted, ${same.restartCount} instead of ${container.restartCount} times`,
          ]),
    ]
  })
  return [
    ...(now.ip === pod.ip ? [] : [`${name}: address ${now.ip ?? 'none'} instead of ${pod.ip ?? 'none'}`]),
    ...(now.node === pod.node ? [] : [`${name}: on ${now.node ?? 'no node'} instead of ${pod.node ?? 'no node'}`]),
    // One that was not ready before stands on a Node that is not Ready on purpose; elsewhere the baseline is void.
    ...(now.ready || !pod.ready ? [] : [`${name}: not ready in the end`]),
    ...containers,
  ]
}

/**
 * What a pod and its containers are matched by. A static pod's is its name: the runtime labels its containers with the
 * hash of its manifest, and the API gives its mirror pod a UID of its own (kubelet, pkg/kubelet/pod/mirror_client.go).
 */
const keyOf = ({ mirror, uid, namespace, name }: PodIdentity) => (mirror ? `${namespace}/${name}` : uid)
const keysOf = ({ podUid, namespace, pod }: RuntimeContainer) => [podUid, `${namespace}/${pod}`]

/** The runtimes must show the same running containers for the workloads as before, made at the same time. */
function runtimeOf(
  before: PodSnapshot,
  after: PodSnapshot,
  workloads: readonly PodIdentity[],
  renewed: ReadonlySet<string>,
) {
  const judged = new Set(workloads.map(keyOf))
  const isJudged = (container: RuntimeContainer) => keysOf(container).some((key) => judged.has(key))
  const silent = [before, after].flatMap(({ runtime }) =>
    runtime.flatMap(({ node, containers }) => (containers === null ? [node] : [])),
  )
  const now = new Map(
    after.runtime.flatMap(({ containers }) => containers ?? []).map((container) => [container.id, container]),
  )
  const expected = before.runtime
    .flatMap(({ containers }) => containers ?? [])
    .filter((container) => container.running && isJudged(container))
  const seen = new Set(expected.flatMap(keysOf))
  const successors = (podUid: string, name: string) =>
    [...now.values()].filter((one) => one.running && one.podUid === podUid && one.name === name)
  return {
    failures:
      silent.length > 0
        ? []
        : expected.flatMap(({ id, namespace, pod, podUid, name, createdAt, sandboxId }) => {
            const same = now.get(id)
            const whole = renewed.has(podUid)
              ? successors(podUid, name).some((one) => one.sandboxId === sandboxId)
              : same?.running === true && same.createdAt === createdAt && same.sandboxId === sandboxId
            return whole ? [] : [`${namespace}/${pod}: the runtime no longer runs container ${name} as it did`]
          }),
    unknowns: [
      ...[...new Set(silent)].map((node) => `${node}: the container runtime did not answer`),
      ...(silent.length > 0
        ? []
        : workloads
            .filter((pod) => !seen.has(keyOf(pod)))
            .map(({ namespace, name }) => `${namespace}/${name}: the runtimes did not show it before the fault`)),
    ],
  }
}

/** `pod boot-nonce` of every process that answered: a pod with two of them was restarted. */
function bootsOf(series: readonly ProbeSeries[]) {
  const nonces = new Map<string, Set<string>>()
  for (const backend of series.flatMap(({ backends }) => backends)) {
    const [pod = '', nonce = ''] = backend.split(' ')
    if (nonce) nonces.set(pod, (nonces.get(pod) ?? new Set()).add(nonce))
  }
  return {
    pods: nonces.size,
    failures: [...nonces].flatMap(([pod, seen]) =>
      seen.size > 1 ? [`${pod}: ${seen.size} boot nonces, so it was restarted`] : [],
    ),
    unknowns: nonces.size === 0 ? ['no workload told its boot nonce'] : [],
  }
}

/** Restarts in place of the cluster's own parts are part of the repair: said, not judged. */
function restartsOf(pod: PodIdentity, after: PodSnapshot): readonly string[] {
  const name = `${pod.namespace}/${pod.name}`
  const now = after.pods.find((candidate) => candidate.namespace === pod.namespace && candidate.name === pod.name)
  if (!now) return [`${name}: gone (part of the cluster)`]
  const changed = pod.containers.flatMap((container) => {
    const same = now.containers.find((candidate) => candidate.name === container.name)
    return same && same.id !== container.id ? [{ container, same }] : []
  })
  if (pod.mirror) return changed.length > 0 ? [`${name}: static pod recreated (part of the cluster)`] : []
  return changed.map(
    ({ container, same }) =>
      `${name}: container ${container.name} restarted in place, ${container.restartCount} → ${same.restartCount} (part of the cluster)`,
  )
}
