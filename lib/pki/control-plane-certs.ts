import { forEachNode } from '../engine/for-each-node.ts'
import type { PlannedAction, RecoveryContext } from '../engine/step.ts'
import type { ClusterState, NodeState } from '../model.ts'
import type { WrongFile } from './assess-leaf-certs.ts'
import { wrongFiles } from './leaf-certs.ts'

/** A control plane with what must be issued there. */
export interface Unissued {
  readonly host: NodeState
  readonly files: readonly WrongFile[]
}

/** The control planes with a wrong or missing certificate, kubeconfig or staged manifest. */
export async function unissuedOnControlPlanes(cluster: ClusterState, { signal }: RecoveryContext): Promise<Unissued[]> {
  const found = await forEachNode(cluster.controlPlanes, async (host) => {
    return { host, files: await wrongFiles(host, cluster, signal) }
  })
  return found.filter(({ files }) => files.length > 0)
}

/** What a plan says of a control plane. */
export function describeIssue({ host: { node }, files }: Unissued): PlannedAction[] {
  return files.map(({ path, problem }) => ({ node: node.name, action: `issue ${path}`, reason: problem }))
}

/** Rejects unless everything is issued on every control plane. */
export async function requireIssued(cluster: ClusterState, context: RecoveryContext): Promise<void> {
  for (const { host, files } of await unissuedOnControlPlanes(cluster, context)) {
    throw new Error(`on ${host.node.name} ${files.map(({ path, problem }) => `${path} is ${problem}`).join(', ')}`)
  }
}
