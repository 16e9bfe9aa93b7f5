import { PreconditionError } from '../engine/errors.ts'
import { flagOf } from '../engine/flag-of.ts'
import type { MirrorPodSpecs, KubeadmConfig, NodeFacts } from '../model.ts'
import { objectAt, stringAt } from '../engine/json.ts'
import type { Node } from '../node.ts'

/**
 * The address that a machine's API server advertises: the one before the loss, else the operator's where the
 * configuration was written for this machine, else kubelet's --node-ip, else that of the default route, which is
 * kubeadm's own choice. Throws PreconditionError for an address that the machine does not have.
 */
export function advertiseAddress(node: Node, facts: NodeFacts, config: KubeadmConfig, ran?: MirrorPodSpecs): string {
  const advertised = flagOf(ran?.get('kube-apiserver')?.command, 'advertise-address')
  if (advertised !== undefined) {
    if (facts.addresses.length === 0 || facts.addresses.includes(advertised)) return advertised
    throw new PreconditionError(
      `${node.name} had the address ${advertised} when its API server ran, and has lost it: restore the address, because etcd's members reach each other by it`,
      { reason: 'address-lost' },
    )
  }
  const written = writtenAddress(node, facts, config)
  if (written !== undefined) {
    if (facts.addresses.includes(written)) return written
    throw new PreconditionError(
      `the kubeadm configuration gives ${node.name} the address ${written}, which is not on that machine: is it of another cluster?`,
      { reason: 'address-elsewhere' },
    )
  }
  const address = facts.nodeIp ?? facts.routeAddress
  if (address === undefined)
    throw new PreconditionError(
      `no address of ${node.name} found: it has neither kubelet's --node-ip nor a default route`,
      { reason: 'address-unknown' },
    )
  return address
}

/** The operator's, where the configuration was written for this machine. */
function writtenAddress(node: Node, facts: NodeFacts, config: KubeadmConfig): string | undefined {
  const init = config.init ?? {}
  const written = stringAt(objectAt(init, 'localAPIEndpoint'), 'advertiseAddress')
  const writtenFor = stringAt(objectAt(init, 'nodeRegistration'), 'name')
  if (written === undefined) return undefined
  const isHere = writtenFor === node.name || (writtenFor === undefined && facts.addresses.includes(written))
  return isHere ? written : undefined
}
