import { onEach } from './each.ts'
import { GateError } from './errors.ts'
import { parseOperatorConfig, objectAt, stringAt, type OperatorConfig } from './kubeadm/operator-config.ts'
import { machineFacts, type MachineFacts } from './machine-facts.ts'
import type { Node } from './node.ts'
import { setAsideStamp } from './set-aside.ts'
import type { Inventory, RecoveryContext } from './step.ts'

/** A machine, and what does not change about it while it is repaired. */
export interface Host {
  readonly node: Node
  /** Where its API server, etcd member and kubelet are reached. */
  readonly address: string
  readonly facts: MachineFacts
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
  const config = parseOperatorConfig(inventory.kubeadmConfig ?? '')
  const survey = async (node: Node): Promise<Host> => {
    const facts = await machineFacts(node, config, signal)
    refuseStranger(node, facts)
    return { node, facts, address: addressOf(node, facts, config) }
  }
  const machines = await onEach([...inventory.controlPlanes, ...inventory.workers], survey)
  const [first, ...others] = machines.slice(0, inventory.controlPlanes.length)
  if (!first) throw new GateError('the inventory names no control plane')
  return {
    config,
    controlPlanes: [first, ...others],
    workers: machines.slice(inventory.controlPlanes.length),
    machines,
    first,
    stamp: setAsideStamp(new Date()),
  }
}

/** Throws GateError for a machine that is not the one that the inventory takes it for. */
export function refuseStranger(node: Node, facts: MachineFacts): void {
  if (facts.kubeletUser !== undefined && facts.kubeletUser !== `system:node:${node.name}`) {
    throw new GateError(`${node.name} says that it is ${facts.kubeletUser}: correct its name in the inventory`)
  }
  if (node.role === 'worker' && facts.hasEtcdMember) {
    throw new GateError(`${node.name} is listed as a worker but holds an etcd member: list it as a control plane`)
  }
  const [missing] = facts.missingFiles
  if (missing !== undefined) {
    throw new GateError(
      `${facts.missingFiles.join(', ')} on ${node.name}: the kubeadm configuration names what cannot be made anew; restore it and start again`,
    )
  }
}

/**
 * The address that a machine's API server advertises: the operator's where the configuration was written for this
 * machine, else the one that its kubelet was given, else that of its default route, which is kubeadm's own choice.
 */
export function addressOf(node: Node, facts: MachineFacts, config: OperatorConfig): string {
  const init = config.init ?? {}
  const written = stringAt(objectAt(init, 'localAPIEndpoint'), 'advertiseAddress')
  const writtenFor = stringAt(objectAt(init, 'nodeRegistration'), 'name')
  if (
    written !== undefined &&
    (writtenFor === node.name || (writtenFor === undefined && facts.addresses.includes(written)))
  ) {
    if (!facts.addresses.includes(written)) {
      throw new GateError(
        `the kubeadm configuration gives ${node.name} the address ${written}, which is not on that machine: is it of another cluster?`,
      )
    }
    return written
  }
  const address = facts.nodeIp ?? facts.routeAddress
  if (address === undefined)
    throw new GateError(`no address of ${node.name} found: it has neither kubelet's --node-ip nor a default route`)
  return address
}
