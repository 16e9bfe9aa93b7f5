import { collectCertificates } from '../../observe/certificates.ts'
import { components } from '../../observe/control-plane-files.ts'
import { evidencePairOf } from '../../observe/evidence-of.ts'
import { collectPods, type PodSnapshot, podSnapshotSchema } from '../../observe/pod-snapshot.ts'
import type { RuntimeContainer } from '../../observe/runtime-containers.ts'
import type { Check } from '../../model/check.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Subject } from '../../model/subject.ts'
import { counted } from '../../model/format.ts'
import { conclude } from '../conclude.ts'
import { collectIdentities, type Identities, identitiesSchema } from './collect.ts'
import { isProcessAmong, kubeletsOf, mustBeNew, subjectOfFile, withParts } from '../../observe/subjects.ts'

const check = { id: 'nothing-else-replaced', title: 'Exactly what was lost is new' }

type Seen = Identities['machines'][number]

/**
 * By the sums of all files of kubeadm and kubelet, the containers of the static pods and the processes of the kubelets: what the losses
 * force a repair to replace is new, all else is the same bytes, the same container, the same process with the same start time.
 */
export const nothingElseReplaced: Check = {
  ...check,
  collect: {
    baseline: async (context) => {
      await collectPods(context, 'baseline')
      await collectIdentities(context, 'baseline')
      await collectCertificates(context, 'baseline')
    },
    settled: async (context) => {
      await collectPods(context, 'settled')
      await collectIdentities(context, 'settled')
      await collectCertificates(context, 'settled')
    },
  },
  judge(run) {
    const files = evidencePairOf(run, 'identities', identitiesSchema)
    const pods = evidencePairOf(run, 'pods', podSnapshotSchema)
    if (!files.ok || !pods.ok) {
      const unknowns = [files, pods].flatMap((pair) => (pair.ok ? [] : pair.unknowns))
      return conclude(check, { failures: [], unknowns, claim: '' })
    }
    const old = files.before.machines
    const only = onlyOn(run.record, old)
    const replaced = only(run.record.replaces)
    const mayRestart = only(run.record.mayRestart)
    const ofItself = (name: string, node: string) =>
      isProcessAmong(name, mayRestart(node)) && !isProcessAmong(name, replaced(node))
    const now = new Map(files.after.machines.map((machine) => [machine.node, machine]))
    const containers = staticPodsOf(pods.before, pods.after, old)
    const { controlPlanes, workers } = run.record.topology
    const kept = old.reduce((sum, machine) => sum + keptPaths(machine, replaced(machine.node)).length, 0)
    return conclude(check, {
      failures: [
        ...old.flatMap((machine) => fileFailures(machine, now.get(machine.node), replaced(machine.node))),
        ...old.flatMap((machine) => kubeletFailures(machine, now.get(machine.node), replaced(machine.node))),
        ...containers.flatMap((container) =>
          containerFailures(container, replaced(container.node), mayRestart(container.node)),
        ),
      ],
      unknowns: [
        ...(old.length === controlPlanes + workers
          ? []
          : [`${old.length} of ${controlPlanes + workers} machines seen before`]),
        ...old.flatMap(({ node, files: known }) =>
          Object.keys(known).length === 0 ? [`${node}: no file was seen before`] : [],
        ),
        ...old.flatMap(({ node, kubelet }) => (kubelet ? [] : [`${node}: kubelet did not run before`])),
        ...(containers.length === controlPlanes * components.length
          ? []
          : [`${containers.length} of ${controlPlanes * components.length} containers of static pods seen before`]),
        ...silentRuntimes(pods.before, pods.after),
      ],
      claim: `${counted(kept, 'file')} on ${counted(old.length, 'machine')} are the same bytes; ${staticPodsText(containers, replaced)}; ${keptKubelets(old, replaced)} of ${counted(old.length, 'kubelet')} are the same process`,
      facts: [
        `replaced on purpose: ${run.record.replaces.join(', ') || 'nothing'}`,
        ...containers
          .filter(({ node, before: { name }, same }) => !same && ofItself(name, node))
          .map(({ node, before }) => `${node}: ${before.name} ended by itself, and was started again`),
      ],
    })
  },
}

type SubjectsOn = (node: string) => ReadonlySet<Subject>

/** Of subjects, those on each machine: where a right repair replaces anything on one only, none on the others. */
function onlyOn(
  { replacesOn }: Pick<RunRecord, 'replacesOn'>,
  machines: readonly Seen[],
): (subjects: readonly Subject[]) => SubjectsOn {
  const controlPlanes = machines.filter(({ role }) => role === 'control-plane')
  const only = replacesOn === null ? undefined : controlPlanes[replacesOn - 1]?.node
  return (subjects) => {
    const all = withParts(subjects)
    return (node) => (replacesOn === null || node === only ? all : new Set())
  }
}

function staticPodsText(containers: readonly StaticPodContainer[], replaced: SubjectsOn): string {
  const kept = containers.filter(({ node, before }) => !isProcessAmong(before.name, replaced(node))).length
  return kept === 0 ? 'static pods are new' : `${counted(kept, 'container')} of static pods are the same`
}

const isReplaced = (subject: Subject | undefined, replaced: ReadonlySet<Subject>): subject is Subject =>
  subject !== undefined && replaced.has(subject)

const keptPaths = ({ files, role }: Seen, replaced: ReadonlySet<Subject>) =>
  Object.keys(files).filter((path) => !isReplaced(subjectOfFile(path, role), replaced))

const isKubeletReplaced = (role: Seen['role'], replaced: ReadonlySet<Subject>) =>
  replaced.has(kubeletsOf(role)) || replaced.has('kubelet-processes')

const keptKubelets = (machines: readonly Seen[], replaced: SubjectsOn) =>
  machines.filter(({ node, role }) => !isKubeletReplaced(role, replaced(node))).length

function fileFailures(before: Seen, after: Seen | undefined, replaced: ReadonlySet<Subject>): readonly string[] {
  if (!after) return [`${before.node}: not seen afterwards`]
  const paths = [...new Set([...Object.keys(before.files), ...Object.keys(after.files)])].sort()
  return paths.flatMap((path) => {
    const subject = subjectOfFile(path, before.role)
    const [old, now] = [before.files[path], after.files[path]]
    if (!isReplaced(subject, replaced)) {
      if (old === now) return []
      return [
        `${before.node}: ${path} ${old === undefined ? 'is new' : now === undefined ? 'is gone' : 'was replaced'}, though it was not lost`,
      ]
    }
    if (old === undefined || !mustBeNew(path, subject)) return []
    if (now === undefined) return [`${before.node}: ${path} is missing`]
    return old === now ? [`${before.node}: ${path} is still the one from before the loss (${subject})`] : []
  })
}

function kubeletFailures({ node, role, kubelet }: Seen, after: Seen | undefined, replaced: ReadonlySet<Subject>) {
  if (!after || !kubelet) return []
  if (!after.kubelet) return [`${node}: kubelet does not run`]
  const isSame = after.kubelet.pid === kubelet.pid && after.kubelet.started === kubelet.started
  if (replaced.has('kubelet-processes') && isSame) return [`${node}: kubelet is still the process from before the loss`]
  if (isKubeletReplaced(role, replaced)) return []
  return isSame ? [] : [`${node}: kubelet was restarted, though nothing of it was lost`]
}

interface StaticPodContainer {
  readonly node: string
  readonly before: RuntimeContainer
  /** Undefined when it runs no more. */
  readonly same: RuntimeContainer | undefined
  readonly successor: RuntimeContainer | undefined
}

/** The running containers of etcd, API server, controller manager and scheduler before the loss, and what became of them. */
function staticPodsOf(
  before: PodSnapshot,
  after: PodSnapshot,
  machines: readonly Seen[],
): readonly StaticPodContainer[] {
  const controlPlanes = new Set(machines.flatMap(({ node, role }) => (role === 'control-plane' ? [node] : [])))
  const running = (snapshot: PodSnapshot, of: string) =>
    (snapshot.runtime.find(({ node }) => node === of)?.containers ?? []).filter((one) => one.running)
  return [...controlPlanes].flatMap((node) => {
    const now = running(after, node)
    return running(before, node)
      .filter(({ namespace, name }) => namespace === 'kube-system' && components.some((known) => known === name))
      .map((container) => ({
        node,
        before: container,
        same: now.find(({ id }) => id === container.id),
        successor: now.find(({ name, namespace }) => name === container.name && namespace === container.namespace),
      }))
  })
}

function containerFailures(
  { node, before, same, successor }: StaticPodContainer,
  replaced: ReadonlySet<Subject>,
  mayRestart: ReadonlySet<Subject>,
): readonly string[] {
  if (!successor) return [`${node}: ${before.name} does not run`]
  if (isProcessAmong(before.name, replaced))
    return same ? [`${node}: ${before.name} is still the process from before the loss`] : []
  return same?.createdAt === before.createdAt || isProcessAmong(before.name, mayRestart)
    ? []
    : [`${node}: ${before.name} was restarted, though nothing of it was lost`]
}

const silentRuntimes = (...snapshots: readonly PodSnapshot[]) => [
  ...new Set(
    snapshots.flatMap(({ runtime }) =>
      runtime.flatMap(({ node, containers }) =>
        containers === null ? [`${node}: the container runtime did not answer`] : [],
      ),
    ),
  ),
]
