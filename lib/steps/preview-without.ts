import { kubeFunction } from '../api/kube-api.ts'
import type { PlannedAction, RecoveryContext } from '../engine/step.ts'
import type { ClusterState, Component, NodeState } from '../model.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { incompleteSharedCerts } from '../pki/restore-shared-certs.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { withoutManifest } from '../static-pods/manifests.ts'

type Preview = (cluster: ClusterState, context: RecoveryContext) => Promise<readonly PlannedAction[] | undefined>

/** The plan of a step that asks the API, where that does not answer now, or not with the CA that it will have; else undefined. */
export const previewWithoutApi: Preview = async (cluster, context) => {
  const later = (why: string) => [{ node: 'cluster', action: 'to be decided', reason: `only the API can say, ${why}` }]
  if (cluster.learned.replaced || !(await hasCa(cluster))) return later('and its CA will be another')
  return (await apiAnswers(cluster, context)) ? undefined : later('and it does not answer now')
}

const hasCa = (cluster: ClusterState): Promise<boolean> =>
  clusterCa(cluster).then(
    () => true,
    () => false,
  )

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
    if (await hasCa(cluster)) return undefined
    const reason = 'the cluster has no CA now, so nothing on this machine can be signed by it'
    return cluster.machines
      .filter(isAffected)
      .map(({ node }) => ({ node: node.name, action: 'as the step says', reason }))
  }
}

/** The plan of a step that restarts what runs with the CA of etcd, where that is lost and not new yet; else undefined. */
export function previewNewEtcdCa(component: Component): Preview {
  return async (cluster, context) => {
    const [assessment] = await incompleteSharedCerts(cluster, context)
    if (!assessment?.toCreate.includes('etcd/ca.crt')) return undefined
    const without = await withoutManifest(cluster, context, component)
    const action = `restart ${component}`
    return cluster.controlPlanes
      .filter((host) => !without.includes(host))
      .map(({ node }) => ({ node: node.name, action, reason: 'the CA of etcd will be new' }))
  }
}
