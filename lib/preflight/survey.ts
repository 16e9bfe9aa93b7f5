import { askAll, type Asked } from '../engine/ask-all.ts'
import { PreconditionError } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { announcedHolds } from '../engine/holds.ts'
import type { Inventory, RecoveryContext } from '../engine/step.ts'
import { timeoutFactorOf } from '../engine/time-limits.ts'
import { etcdFiles, type EtcdFiles } from '../etcd/etcd-files.ts'
import { configFromEtcd, mirrorPodSpecs, wantedKeys } from '../kubeadm/config-from-etcd.ts'
import { parseKubeadmConfig } from '../kubeadm/kubeadm-config.ts'
import type { ClusterState, KubeadmConfig, NodeFacts, NodeState } from '../model.ts'
import type { Node } from '../node.ts'
import { backupStamp } from '../shell/backup.ts'
import { advertiseAddress } from './advertise-address.ts'
import { readNodeFacts } from './node-facts.ts'
import { missingNames, withNames } from './served-names.ts'

/** A machine that answered. */
export interface SurveyedNode {
  readonly node: Node
  readonly name: string
  readonly facts: NodeFacts
  /** Its clock against this host's, known to half the time that the question took; positive is ahead. */
  readonly offsetMs: number
}

export interface SurveyedNodes {
  readonly machines: readonly SurveyedNode[]
  /** Those of them that are workers. */
  readonly workers: readonly SurveyedNode[]
  /** The operator's kubeadm configuration. */
  readonly given?: KubeadmConfig
}

export interface SurveyedEtcd {
  readonly controlPlanes: readonly (SurveyedNode & { readonly etcd: EtcdFiles })[]
  readonly given?: KubeadmConfig
}

/**
 * What must hold before a repair, in the order in which it can be known. Each check throws PreconditionError, whose
 * message says what an operator must do; nothing has been changed then.
 */
export interface Preconditions {
  /** Checked when every machine has answered. */
  readonly nodes: readonly ((nodes: SurveyedNodes) => void)[]
  /** Checked when the control planes' etcd files are read. */
  readonly etcd: readonly ((etcd: SurveyedEtcd) => void)[]
  /** Checked last. */
  readonly cluster: readonly ((cluster: ClusterState, context: RecoveryContext) => Promise<void>)[]
}

/**
 * Asks every machine what it is. Reads, changes nothing. Rejects with PreconditionError where a precondition does not
 * hold, a machine cannot be asked, or no kubeadm configuration is found.
 */
export async function surveyCluster(context: RecoveryContext, preconditions: Preconditions): Promise<ClusterState> {
  const { inventory, signal } = context
  const given = inventory.kubeadmConfig === undefined ? undefined : parseKubeadmConfig(inventory.kubeadmConfig)
  const { answers: machines, unreachable } = await surveyNodes(inventory, given, signal)
  const workers = machines.slice(inventory.controlPlanes.length)
  for (const check of preconditions.nodes) check({ machines, workers, ...(given ? { given } : {}) })
  const controlPlanes = await readEtcd(machines.slice(0, inventory.controlPlanes.length), given, signal)
  const etcd = { controlPlanes, ...(given ? { given } : {}) }
  for (const check of preconditions.etcd) check(etcd)
  const cluster = { ...clusterOf(etcd, workers, context), unreachable }
  for (const check of preconditions.cluster) await check(cluster, context)
  return cluster
}

function surveyNodes(
  { controlPlanes, workers }: Inventory,
  given: KubeadmConfig | undefined,
  signal: AbortSignal,
): Promise<Asked<SurveyedNode>> {
  const ask = async (node: Node): Promise<SurveyedNode> => {
    const from = Date.now()
    const facts = await readNodeFacts(node, given?.etcdDataDir ?? '/var/lib/etcd', signal)
    const offsetMs = facts.clockMs === undefined ? 0 : facts.clockMs - (from + Date.now()) / 2
    return { node, name: node.name, facts, offsetMs }
  }
  return askAll([...controlPlanes, ...workers], ask, signal)
}

function readEtcd(
  nodes: readonly SurveyedNode[],
  given: KubeadmConfig | undefined,
  signal: AbortSignal,
): Promise<SurveyedEtcd['controlPlanes']> {
  return forEachNode(nodes, async (surveyed) => {
    const { node, facts, name } = surveyed
    const dataDir = facts.etcdDataDir ?? given?.etcdDataDir ?? '/var/lib/etcd'
    return { ...surveyed, etcd: await etcdFiles(node, dataDir, wantedKeys(name), signal) }
  })
}

function clusterOf(
  { controlPlanes, given }: SurveyedEtcd,
  workers: readonly SurveyedNode[],
  context: Pick<RecoveryContext, 'emit' | 'timeoutFactor'>,
): Omit<ClusterState, 'unreachable'> {
  const found = given ?? configFromEtcd(controlPlanes)
  if (!found) {
    throw new PreconditionError(
      'no kubeadm configuration was given, and etcd on the control planes holds none: give the file that the cluster was created with',
      { reason: 'kubeadm-config-missing' },
    )
  }
  const kubelets = workers.map(({ name, facts }) => ({ name, ...facts }))
  const addedNames = missingNames(found, kubelets, controlPlanes)
  const config = withNames(found, addedNames)
  const timeoutFactor = timeoutFactorOf(controlPlanes.length + workers.length, context)
  const states = controlPlanes.map(({ node, facts, etcd }): NodeState => {
    const specs = mirrorPodSpecs(node.name, etcd)
    const address = advertiseAddress(node, facts, config, specs)
    return { node, facts, address, mirrorPodSpecs: specs, storedKeys: [...etcd.objects.keys()], timeoutFactor }
  })
  const [head, ...others] = states
  if (!head) throw new PreconditionError('the inventory names no control plane', { reason: 'invalid-inventory' })
  const workerStates = workers.map(({ node, facts }): NodeState => {
    const address = advertiseAddress(node, facts, config)
    return { node, facts, address, mirrorPodSpecs: new Map(), storedKeys: [], timeoutFactor }
  })
  return {
    config,
    addedNames,
    controlPlanes: [head, ...others],
    workers: workerStates,
    machines: [...states, ...workerStates],
    // Where one control plane is lost, the others know what it must have.
    first: states.find(({ facts }) => facts.servesApi) ?? head,
    stamp: backupStamp(new Date()),
    learned: {
      created: new Set(states.flatMap(({ facts }) => facts.created)),
      watchStartedAtMs: 0,
      holds: announcedHolds(context),
      withoutCa: new Set(),
      refusedTokens: new Set(),
      unreadyPods: new Set(),
      withoutAccount: new Set(),
      restarts: new Map(),
      leftClients: new Set(),
      putOff: new Set(),
    },
  }
}
