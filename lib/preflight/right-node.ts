import { PreconditionError } from '../engine/errors.ts'
import type { NodeFacts } from '../model.ts'
import type { Node } from '../node.ts'

/** Throws PreconditionError for a machine that is not the one in the inventory. */
export function refuseWrongNode(node: Pick<Node, 'name' | 'role'>, facts: NodeFacts): void {
  if (facts.kubeletUser !== undefined && facts.kubeletUser !== `system:node:${node.name}`) {
    throw new PreconditionError(
      `the kubelet of ${node.name} is ${facts.kubeletUser}: correct the machine's name in the inventory`,
      { reason: 'wrong-machine' },
    )
  }
  if (node.role === 'worker' && facts.etcdDataDir !== undefined) {
    throw new PreconditionError(
      `${node.name} is listed as a worker but holds an etcd member: list it as a control plane`,
      { reason: 'worker-holds-etcd' },
    )
  }
}
