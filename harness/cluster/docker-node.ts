import { shellNode } from '../../lib/adapters/shell-node.ts'
import type { NodeRole } from '../../lib/node.ts'
import type { Machine } from '../model/cluster.ts'

/** What runs a command in a kind node's container, privileged as kind itself does it: argv that the command follows. */
export const dockerExec = (container: string, ...options: readonly string[]): readonly string[] => [
  ...['docker', 'exec', '--privileged', '--interactive'],
  ...options,
  container,
]

/** A kind node as the recovery library knows a machine: its container. */
export function dockerNode(name: string, role: NodeRole, address: string): Machine {
  return { ...shellNode({ name, role, prefix: dockerExec(name) }), address }
}
