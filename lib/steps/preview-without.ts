import { kubeFunction } from '../api/kube-api.ts'
import type { PlannedAction, RecoveryContext } from '../engine/step.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'

type Preview = (cluster: ClusterState, context: RecoveryContext) => Promise<readonly PlannedAction[] | undefined>

/** The plan of a step that asks the API, where that does not answer now, or not with the CA that it will have; else undefined. */
export const previewWithoutApi: Preview = async (cluster, context) => {
  if (cluster.learned.replaced)
    return [{ node: 'cluster', action: 'to be decided', reason: 'only the API with the new CA can say' }]
  if (await apiAnswers(cluster, context)) return undefined
  return [{ node: 'cluster', action: 'to be decided', reason: 'only the API can say, and it does not answer now' }]
}

async function apiAnswers(cluster: ClusterState, { signal }: RecoveryContext): Promise<boolean> {
  const script = bash`
${emitFunction}
${kubeFunction(cluster.first, cluster)}
if kube get --raw /readyz > /dev/null 2>&1; then echo yes; fi | emit answers
`
  const { stdout } = await runScript(cluster.first.node, 'check whether the API answers', script, {
    public: true,
    signal,
  })
  return parseFields(stdout)('answers') === 'yes'
}

/**
 * The plan of a step that compares machines with the cluster's CA, where there is none yet; undefined where there is.
 * @param isAffected the machines that the step is about; all of them by default
 */
export function previewWithoutCa(isAffected: (host: NodeState) => boolean = () => true): Preview {
  return async (cluster) => {
    const hasCa = await clusterCa(cluster).then(
      () => true,
      () => false,
    )
    if (hasCa) return undefined
    const reason = cluster.learned.replaced
      ? 'the CA is replaced before, so nothing on this machine is signed by it'
      : 'the cluster has no CA now, so nothing on this machine can be signed by it'
    return cluster.machines
      .filter(isAffected)
      .map(({ node }) => ({ node: node.name, action: 'as the step says', reason }))
  }
}
