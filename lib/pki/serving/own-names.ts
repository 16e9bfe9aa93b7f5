import { isIP } from 'node:net'
import { items, nameOf } from '../../api/kube-api.ts'
import { objectAt, objectsAt, stringAt, wordsAt } from '../../engine/json.ts'
import type { Json, NodeState } from '../../model.ts'
import { isServiceName, type ApiNames } from './api-names.ts'
import { canonicalName, type ServingNode } from './serving-problem.ts'

/** What else has names and addresses in the cluster. */
export interface Others {
  /** Every machine of the inventory. */
  readonly machines: readonly NodeState[]
  /** The NodeList. */
  readonly nodes: Json | undefined
  /** The ServiceList. */
  readonly services: Json | undefined
  readonly api: ApiNames
}

/**
 * Which names and addresses are each machine's own. An address is, if its Node has it, an interface of the machine has it, and nobody
 * else does: no other machine or Node, no Service, not the API; and if it is no virtual address that the machine holds at the moment
 * (NodeFacts.virtualAddresses). A name is, if it is the Node's, or the Node has it and its first label is the Node's. What the Node has
 * beyond that and nobody else is known to have, such as a cloud's external addresses, is `unproven`: kubelets write their Node themselves.
 */
export function servingNodes(hosts: readonly NodeState[], others: Others): ServingNode[] {
  const claimed = new Map(items(others.nodes).map((node) => [nameOf(node), claimsOf(node)]))
  const ofServices = items(others.services).flatMap(addressesOfService)
  return hosts.map(({ node: { name }, address, facts }) => {
    const foreign = new Set(
      [
        ...[...claimed].flatMap(([other, claims]) => (other === name ? [] : [other, ...claims])),
        ...others.machines.flatMap((other) =>
          other.node.name === name ? [] : [other.node.name, other.address, ...other.facts.addresses],
        ),
        ...ofServices,
        // On a single control plane its own address may be the API's endpoint.
        ...[...others.api.endpoints].filter((each) => each !== address && each !== name),
      ].map(canonicalName),
    )
    const isForeign = (each: string) =>
      foreign.has(canonicalName(each)) || others.api.isServiceAddress(each) || isServiceName(each)
    const has = (list: readonly string[], each: string) => list.map(canonicalName).includes(canonicalName(each))
    const isOwn = (each: string) =>
      isIP(each) === 0
        ? firstLabel(each) === firstLabel(name)
        : has(facts.addresses, each) && !has(facts.virtualAddresses, each)
    const possible = (claimed.get(name) ?? []).filter((each) => !isForeign(each))
    return {
      name,
      addresses: possible.filter(isOwn),
      unproven: possible.filter((each) => !isOwn(each) && !has(facts.addresses, each)),
    }
  })
}

const firstLabel = (name: string) => canonicalName(name).split('.')[0]

const claimsOf = (node: Json): string[] =>
  objectsAt(objectAt(node, 'status'), 'addresses').flatMap((address) => stringAt(address, 'address') ?? [])

/** All by which clients reach a Service, those of load balancers included. */
function addressesOfService(service: Json): string[] {
  const spec = objectAt(service, 'spec')
  const ingress = objectsAt(objectAt(objectAt(service, 'status'), 'loadBalancer'), 'ingress')
  return [
    ...wordsAt(spec, 'clusterIPs'),
    ...wordsAt(spec, 'externalIPs'),
    ...[stringAt(spec, 'clusterIP'), stringAt(spec, 'loadBalancerIP'), stringAt(spec, 'externalName')],
    ...ingress.flatMap((each) => [stringAt(each, 'ip'), stringAt(each, 'hostname')]),
  ].filter((each) => each !== undefined && each !== '' && each !== 'None') as string[]
}
