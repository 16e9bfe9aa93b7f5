import { forEachNode } from '../engine/for-each-node.ts'
import type { PlannedAction, RecoveryContext } from '../engine/step.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { caFiles, sharedFiles, type SharedCertsAssessment, type SharedFile } from './assess-shared-certs.ts'
import { takenManifests } from '../static-pods/taken-manifests.ts'
import { createSharedCerts, installSharedCerts, readSharedCerts } from './shared-certs.ts'

/** Which of the shared files a control plane must have. */
export type Needed = (host: NodeState) => readonly SharedFile[]

/** The control planes that lack a needed file, or hold a wrong one. */
export function nodesLackingCerts(
  { controlPlanes }: ClusterState,
  assessment: SharedCertsAssessment,
  needed: Needed = () => sharedFiles,
): NodeState[] {
  return controlPlanes.filter((host) => {
    const { name } = host.node
    const files = needed(host)
    const lacking = assessment.lacking.get(name) ?? []
    return assessment.wrong.get(name)?.size !== 0 || lacking.some((file) => files.includes(file))
  })
}

/** The assessment, where a control plane lacks a needed file or holds a wrong one; else nothing. */
export async function incompleteSharedCerts(
  cluster: ClusterState,
  context: RecoveryContext,
  needed?: Needed,
): Promise<SharedCertsAssessment[]> {
  const assessment = await readSharedCerts(context, cluster)
  return nodesLackingCerts(cluster, assessment, needed).length > 0 ? [assessment] : []
}

/**
 * Creates on the first control plane what no machine has, then brings to every control plane what it lacks.
 * @param others what the control planes besides the first get
 */
export async function restoreSharedCertFiles(
  cluster: ClusterState,
  context: RecoveryContext,
  assessment: SharedCertsAssessment,
  others: readonly SharedFile[] = sharedFiles,
): Promise<void> {
  const { first, learned } = cluster
  let whole = assessment
  // Read again when it is needed: the plan may have read another CA.
  delete learned.ca
  delete learned.tokenKeys
  if (assessment.toCreate.length > 0) {
    // From here on the old CA is on its way to the backup, and what would run with it must not come back.
    learned.holds.delete(takenManifests)
    // Wrong files are backed up first, everywhere: a remaining key could be taken for the other half of a new pair.
    await forEachNode(nodesLackingCerts(cluster, assessment), (host) =>
      installSharedCerts(context, { cluster, host, assessment }, host === first ? sharedFiles : []),
    )
    for (const file of assessment.toCreate) learned.created.add(file)
    await createSharedCerts(context, first, assessment.toCreate)
    delete learned.replaced
    whole = await readSharedCerts(context, cluster)
  }
  await forEachNode(nodesLackingCerts(cluster, whole), (host) =>
    installSharedCerts(context, { cluster, host, assessment: whole }, host === first ? sharedFiles : others),
  )
}

/** What a plan says of an assessment. */
function describeRestore({ lacking, wrong }: SharedCertsAssessment): PlannedAction[] {
  return [...lacking].flatMap(([node, files]) =>
    files.map((file) => ({ node, action: `restore ${file}`, reason: wrong.get(node)?.get(file) ?? 'missing' })),
  )
}

/**
 * The plan of a step that restores them. Later steps are judged by the CAs that it brings back: what is damaged now would be no reason for
 * them then.
 */
export async function previewRestore(
  cluster: ClusterState,
  context: RecoveryContext,
  needed?: Needed,
): Promise<readonly PlannedAction[]> {
  const found = await incompleteSharedCerts(cluster, context, needed)
  const { learned } = cluster
  for (const { wanted } of found) {
    learned.restored = new Map(caFiles.flatMap((file) => (wanted.has(file) ? [[file, wanted.get(file) ?? '']] : [])))
    const ca = wanted.get('ca.crt')
    if (ca !== undefined) learned.ca = ca
  }
  return found.flatMap(describeRestore)
}

/** Rejects unless every control plane has all shared files. */
export async function requireSharedCerts(cluster: ClusterState, context: RecoveryContext): Promise<void> {
  const assessment = await readSharedCerts(context, cluster)
  const [host] = nodesLackingCerts(cluster, assessment)
  if (!host) return
  const { name } = host.node
  throw new Error(`${name} lacks ${(assessment.lacking.get(name) ?? []).join(', ')}`)
}
