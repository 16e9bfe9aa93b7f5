import { addressOf } from './advertise-address.ts'
import { bash, runScript } from '../shell/bash.ts'
import { onEach } from '../engine/for-each-node.ts'
import { GateError } from '../engine/errors.ts'
import { etcdFiles } from '../etcd/etcd-files.ts'
import { refuseWrongClocks } from './clocks.ts'
import { refuseLostEncryptionKeys } from './encryption-keys.ts'
import { refuseFullDisks } from './disks.ts'
import { refuseMovedData } from './etcd-directory.ts'
import { refuseWrongMembers } from './etcd-members.ts'
import { askAll } from './reachable.ts'
import { refuseForeignMachines, refuseOtherConfiguration, refuseOtherEndpoint } from './one-cluster.ts'
import { foundConfiguration, ranWith, wantedKeys, type RanWith } from '../kubeadm/config-from-etcd.ts'
import { filesNobodyCanMake } from '../kubeadm/required-files.ts'
import { parseOperatorConfig, type OperatorConfig } from '../kubeadm/kubeadm-config.ts'
import { machineFacts, type MachineFacts } from './node-facts.ts'
import type { Node } from '../node.ts'
import { setAsideStamp } from '../shell/backup.ts'
import type { Inventory, RecoveryContext } from '../engine/step.ts'

/** A machine, and what does not change about it while it is repaired. */
export interface Host {
  readonly node: Node
  /** Where its API server, etcd member and kubelet are reached. */
  readonly address: string
  readonly facts: MachineFacts
  /** What the static pods of a control plane ran with before; empty for a worker. */
  readonly ranWith: RanWith
  /** Keys of the objects that were found in the database of its etcd. */
  readonly storedKeys: readonly string[]
}

/** What the steps work on. */
export interface Site {
  readonly config: OperatorConfig
  readonly controlPlanes: readonly [Host, ...Host[]]
  readonly workers: readonly Host[]
  readonly machines: readonly Host[]
  /** The control plane on which things are done that must be done once. */
  readonly first: Host
  /** Names the directory in which this repair sets files aside. */
  readonly stamp: string
}

const sites = new WeakMap<Inventory, Promise<Site>>()

/**
 * The machines with what they say about themselves, asked at the first call and kept, since none of it changes during
 * a repair. Rejects with GateError when the inventory and the machines disagree; nothing has been changed then.
 */
export function siteOf(context: RecoveryContext): Promise<Site> {
  const { inventory } = context
  const known = sites.get(inventory)
  if (known) return known
  const asked = surveySite(context)
  sites.set(inventory, asked)
  asked.catch(() => sites.delete(inventory))
  return asked
}

async function surveySite({ inventory, signal }: RecoveryContext): Promise<Site> {
  const given = inventory.kubeadmConfig === undefined ? undefined : parseOperatorConfig(inventory.kubeadmConfig)
  const seen = await lookAtAll([...inventory.controlPlanes, ...inventory.workers], given, signal)
  refuseWrongMachines(seen, given)
  const masters = await onEach(seen.slice(0, inventory.controlPlanes.length), async ({ node, facts }) => {
    const dataDir = facts.etcdDataDir ?? given?.etcdDataDir ?? '/var/lib/etcd'
    return { node, facts, name: node.name, etcd: await etcdFiles(node, dataDir, wantedKeys(node.name), signal) }
  })
  refuseWrongMembers(masters.map(({ name, facts, etcd }) => ({ name, addresses: facts.addresses, etcd })))
  const found = foundConfiguration(masters)
  if (given && found) refuseOtherConfiguration(given, found)
  const config = given ?? found
  if (!config) {
    throw new GateError(
      'no kubeadm configuration was given, and etcd on the control planes holds none: give the file the cluster was made with',
    )
  }
  refuseMovedData(
    masters.map(({ name, facts }) => ({ name, ...facts })),
    config.etcdDataDir,
  )
  const [first, ...others] = masters.map(({ node, facts, etcd }): Host => {
    const ran = ranWith(node.name, etcd)
    return {
      node,
      facts,
      address: addressOf(node, facts, config, ran),
      ranWith: ran,
      storedKeys: [...etcd.objects.keys()],
    }
  })
  if (!first) throw new GateError('the inventory names no control plane')
  const workers = seen.slice(inventory.controlPlanes.length).map(({ node, facts }): Host => {
    return { node, facts, address: addressOf(node, facts, config), ranWith: new Map(), storedKeys: [] }
  })
  await requireFiles([first, ...others], config, signal)
  await refuseLostEncryptionKeys([first, ...others], config, signal)
  return {
    config,
    controlPlanes: [first, ...others],
    workers,
    machines: [first, ...others, ...workers],
    first,
    stamp: setAsideStamp(new Date()),
  }
}

interface Seen {
  readonly node: Node
  readonly facts: MachineFacts
  /** Against this host's clock; known to half the time that the question took. */
  readonly offsetMs: number
}

/** Rejects with GateError that names every machine that cannot be reached. */
async function lookAtAll(
  nodes: readonly Node[],
  given: OperatorConfig | undefined,
  signal: AbortSignal,
): Promise<Seen[]> {
  return askAll(
    nodes,
    async (node): Promise<Seen> => {
      const from = Date.now()
      const facts = await machineFacts(node, given?.etcdDataDir ?? '/var/lib/etcd', signal)
      const offsetMs = facts.clockMs === undefined ? 0 : facts.clockMs - (from + Date.now()) / 2
      return { node, facts, offsetMs }
    },
    signal,
  )
}

function refuseWrongMachines(seen: readonly Seen[], given: OperatorConfig | undefined): void {
  for (const { node, facts } of seen) refuseStranger(node, facts)
  refuseWrongClocks(seen.map(({ node, offsetMs }) => ({ name: node.name, offsetMs })))
  const named = seen.map(({ node, facts }) => ({ name: node.name, ...facts }))
  refuseFullDisks(named)
  refuseForeignMachines(named)
  if (given) refuseOtherEndpoint(given, named.slice(seen.filter(({ node }) => node.role === 'control-plane').length))
}

/** Throws GateError with all that the control planes need, that is gone, and that nobody can make anew. */
async function requireFiles(masters: readonly Host[], config: OperatorConfig, signal: AbortSignal): Promise<void> {
  const found = await onEach(masters, async ({ node, ranWith: ran }) => {
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
    throw new GateError(
      `the control plane ran with what cannot be made anew, and it is gone: ${missing.join(', ')}; nothing was changed: restore it and start again`,
    )
  }
}

/** Throws GateError for a machine that is not the one that the inventory takes it for. */
export function refuseStranger(node: Node, facts: MachineFacts): void {
  if (facts.kubeletUser !== undefined && facts.kubeletUser !== `system:node:${node.name}`) {
    throw new GateError(`${node.name} says that it is ${facts.kubeletUser}: correct its name in the inventory`)
  }
  if (node.role === 'worker' && facts.etcdDataDir !== undefined) {
    throw new GateError(`${node.name} is listed as a worker but holds an etcd member: list it as a control plane`)
  }
}
