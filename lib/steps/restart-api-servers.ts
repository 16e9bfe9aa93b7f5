import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { staleApiServer } from '../pki/sa-key/loaded-sa-key.ts'
import { previewNewSaKey } from '../pki/sa-key/preview-new-sa-key.ts'
import { readSaKey } from '../pki/sa-key/sa-key-facts.ts'
import { rollApiServers } from '../static-pods/roll-api-servers.ts'
import { describeRestart, type OutdatedStaticPod } from '../static-pods/stale-mounts.ts'
import { outdatedProcesses } from './outdated-processes.ts'

async function requireLoaded(cluster: ClusterState, host: NodeState, signal: AbortSignal): Promise<void> {
  const facts = await readSaKey(host, cluster, signal)
  const problem = facts.loaded ? staleApiServer(facts) : 'its API server does not say which keys it has loaded'
  if (problem !== undefined) throw new Error(`${host.node.name}: ${problem}`)
}

/**
 * An API server reads the service-account keys at its start only. Its JWKS tells whether it must be started again. So does a mount of
 * a directory that was deleted.
 */
export const restartApiServers = (options: Pick<RecoveryOptions, 'compromised'>) =>
  stepFromFindings<OutdatedStaticPod>({
    id: 'restart-api-servers',
    title:
      'Restart the API servers that have not loaded the service-account keys, or see no new certificates, one by one',
    describe: describeRestart,
    previewWithout: previewNewSaKey(options, ({ controlPlanes }) =>
      controlPlanes.map(({ node }) => ({
        node: node.name,
        action: 'restart kube-apiserver when all others are ready',
      })),
    ),
    find: (cluster, { signal }) => outdatedProcesses(cluster, 'kube-apiserver', signal),
    async work(cluster, context, found) {
      await rollApiServers(context, cluster, found, (host) => requireLoaded(cluster, host, context.signal))
    },
    async verify(cluster, { emit, signal }) {
      for (const { host, reason } of await outdatedProcesses(cluster, 'kube-apiserver', signal)) {
        throw new Error(`${host.node.name}: ${reason}`)
      }
      emit({ type: 'milestone.reached', milestone: 'sa-key-loaded', title: 'Service-account key loaded' })
    },
  })
