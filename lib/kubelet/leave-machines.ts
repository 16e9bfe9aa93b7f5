import type { BrokenNode, ClusterState } from '../model.ts'

/**
 * Goes on without workers that do not come back, as without Nodes that were not Ready before: one sick machine stops no other. Throws
 * the error where a control plane is among them, or more than one worker and more than half of them: then it is not the machine.
 * @param broken the machines that hold nobody up; those are added
 * @param left why, and whether nothing is to be expected of their kubelets
 */
export function leaveMachines(
  { workers }: Pick<ClusterState, 'workers'>,
  broken: Map<string, BrokenNode>,
  names: readonly string[],
  { reason, isSilent, error }: { readonly reason: string; readonly isSilent: boolean; readonly error: unknown },
): void {
  const isWorker = (name: string) => workers.some(({ node }) => node.name === name)
  const earlier = [...broken].flatMap(([name, left]) => (left.reason === undefined ? [] : [name]))
  const all = new Set([...earlier, ...names])
  if (names.length === 0 || !names.every(isWorker) || (all.size > 1 && all.size > workers.length / 2)) throw error
  for (const name of names) broken.set(name, { since: 'the repair', reason, isSilent })
}
