import { advertiseAddress } from './advertise-address.ts'
import { bash, runScript } from '../shell/bash.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { PreconditionError } from '../engine/errors.ts'
import { etcdFiles } from '../etcd/etcd-files.ts'
import { refuseWrongClocks } from './clocks.ts'
import { refuseLostEncryptionKeys } from './encryption-keys.ts'
import { refuseFullDisks } from './disks.ts'
import { refuseMovedData } from './etcd-directory.ts'
import { refuseWrongMembers } from './etcd-members.ts'
import { askAll } from './reachable.ts'
import { refuseOtherClusters, refuseOtherConfiguration, refuseOtherEndpoint } from './one-cluster.ts'
import { configFromEtcd, mirrorPodSpecs, wantedKeys, type MirrorPodSpecs } from '../kubeadm/config-from-etcd.ts'
import { filesNobodyCanMake } from '../kubeadm/required-files.ts'
import { parseKubeadmConfig, type KubeadmConfig } from '../kubeadm/kubeadm-config.ts'
import { readNodeFacts, type NodeFacts } from './node-facts.ts'
import type { Node } from '../node.ts'
import { backupStamp } from '../shell/backup.ts'
import type { Inventory, RecoveryContext } from '../engine/step.ts'

/** A machine, and what does not change about it while it is repaired. */
export interface NodeState {
  readonly node: Node
  /** Where its API server, etcd member and kubelet are reached. */
  readonly address: string
  readonly facts: NodeFacts
  /** What the static pods of a control plane ran with before; empty for a worker. */
  readonly mirrorPodSpecs: MirrorPodSpecs
  /** Keys of the objects that were found in the database of its etcd. */
  readonly storedKeys: readonly string[]
}

/** What the steps work on. */
export interface ClusterState {
  readonly config: KubeadmConfig
  readonly controlPlanes: readonly [NodeState, ...NodeState[]]
  readonly workers: readonly NodeState[]
  readonly machines: readonly NodeState[]
  /** The control plane on which things are done that must be done once. */
  readonly first: NodeState
  /** Names the directory in which this repair sets files aside. */
  readonly stamp: string
}

const sites = new WeakMap<Inventory, Promise<ClusterState>>()

/**
 * The machines with what they say about themselves, asked at the first call and kept, since none of it changes during
 * a repair. Rejects with PreconditionError when the inventory and the machines disagree; nothing has been changed then.
 */
export function siteOf(context: RecoveryContext): Promise<ClusterState> {
  const { inventory } = context
  const known = sites.get(inventory)
  if (known) return known
  const asked = surveyCluster(context)
  sites.set(inventory, asked)
  asked.catch(() => sites.delete(inventory))
  return asked
}

async function surveyCluster({ inventory, signal }: RecoveryContext): Promise<ClusterState> {
  const given = inventory.kubeadmConfig === undefined ? undefined : parseKubeadmConfig(inventory.kubeadmConfig)
  const seen = await lookAtAll([...inventory.controlPlanes, ...inventory.workers], given, signal)
  refuseWrongMachines(seen, given)
  const controlPlanes = await forEachNode(seen.slice(0, inventory.controlPlanes.length), async ({ node, facts }) => {
    const dataDir = facts.etcdDataDir ?? given?.etcdDataDir ?? '/var/lib/etcd'
    return { node, facts, name: node.name, etcd: await etcdFiles(node, dataDir, wantedKeys(node.name), signal) }
  })
  refuseWrongMembers(controlPlanes.map(({ name, facts, etcd }) => ({ name, addresses: facts.addresses, etcd })))
  const found = configFromEtcd(controlPlanes)
  if (given && found) refuseOtherConfiguration(given, found)
  const config = given ?? found
  if (!config) {
    throw new PreconditionError(
      'no kubeadm configuration was given, and etcd on the control planes holds none: give the file the cluster was made with',
    )
  }
  refuseMovedData(
    controlPlanes.map(({ name, facts }) => ({ name, ...facts })),
    config.etcdDataDir,
  )
  const [first, ...others] = controlPlanes.map(({ node, facts, etcd }): NodeState => {
    const ran = mirrorPodSpecs(node.name, etcd)
    return {
      node,
      facts,
      address: advertiseAddress(node, facts, config, ran),
      mirrorPodSpecs: ran,
      storedKeys: [...etcd.objects.keys()],
    }
  })
  if (!first) throw new PreconditionError('the inventory names no control plane')
  const workers = seen.slice(inventory.controlPlanes.length).map(({ node, facts }): NodeState => {
    return { node, facts, address: advertiseAddress(node, facts, config), mirrorPodSpecs: new Map(), storedKeys: [] }
  })
  await requireFiles([first, ...others], config, signal)
  await refuseLostEncryptionKeys([first, ...others], config, signal)
  return {
    config,
    controlPlanes: [first, ...others],
    workers,
    machines: [first, ...others, ...workers],
    first,
    stamp: backupStamp(new Date()),
  }
}

interface Seen {
  readonly node: Node
  readonly facts: NodeFacts
  /** Against this host's clock; known to half the time that the question took. */
  readonly offsetMs: number
}

/** Rejects with PreconditionError that names every machine that cannot be reached. */
async function lookAtAll(
  nodes: readonly Node[],
  given: KubeadmConfig | undefined,
  signal: AbortSignal,
): Promise<Seen[]> {
  return askAll(
    nodes,
    async (node): Promise<Seen> => {
      const from = Date.now()
      const facts = await readNodeFacts(node, given?.etcdDataDir ?? '/var/lib/etcd', signal)
      const offsetMs = facts.clockMs === undefined ? 0 : facts.clockMs - (from + Date.now()) / 2
      return { node, facts, offsetMs }
    },
    signal,
  )
}

function refuseWrongMachines(seen: readonly Seen[], given: KubeadmConfig | undefined): void {
  for (const { node, facts } of seen) refuseWrongNode(node, facts)
  refuseWrongClocks(seen.map(({ node, offsetMs }) => ({ name: node.name, offsetMs })))
  const named = seen.map(({ node, facts }) => ({ name: node.name, ...facts }))
  refuseFullDisks(named)
  refuseOtherClusters(named)
  if (given) refuseOtherEndpoint(given, named.slice(seen.filter(({ node }) => node.role === 'control-plane').length))
}

/** Throws PreconditionError with all that the control planes need, that is gone, and that nobody can make anew. */
async function requireFiles(
  controlPlanes: readonly NodeState[],
  config: KubeadmConfig,
  signal: AbortSignal,
): Promise<void> {
  const found = await forEachNode(controlPlanes, async ({ node, mirrorPodSpecs: ran }) => {
    const needed = filesNobodyCanMake(config, ran)
    if (needed.length === 0) return []
    const script = bash`
for path in ${needed}; do
  if [ ! -s "$path" ] && [ ! -d "$path" ]; then echo "$path"; fi
done
`
    const { stdout } = await runScript(node, 'look for files that cannot be made anew', script, { signal })
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((path) => `${path} on ${node.name}`)
  })
  const missing = found.flat()
  if (missing.length > 0) {
    throw new PreconditionError(
      `the control plane ran with what cannot be made anew, and it is gone: ${missing.join(', ')}; nothing was changed: restore it and start again`,
    )
  }
}

/** Throws PreconditionError for a machine that is not the one that the inventory takes it for. */
export function refuseWrongNode(node: Node, facts: NodeFacts): void {
  if (facts.kubeletUser !== undefined && facts.kubeletUser !== `system:node:${node.name}`) {
    throw new PreconditionError(`${node.name} says that it is ${facts.kubeletUser}: correct its name in the inventory`)
  }
  if (node.role === 'worker' && facts.etcdDataDir !== undefined) {
    throw new PreconditionError(
      `${node.name} is listed as a worker but holds an etcd member: list it as a control plane`,
    )
  }
}
