import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { leaderWith } from '../leader-election/leases.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { staleControllerManager } from '../pki/sa-key/loaded-sa-key.ts'
import { previewNewSaKey } from '../pki/sa-key/preview-new-sa-key.ts'
import { unsettledSaKeys } from '../pki/sa-key/survey-sa-key.ts'
import type { StaticPodProcess } from '../static-pods/processes.ts'
import { restartStaticPod } from '../static-pods/restart-static-pod.ts'
import { outdatedStaticPods } from '../static-pods/stale-mounts.ts'

const component = 'kube-controller-manager'

interface StaleControllerManager {
  readonly host: NodeState
  readonly process: StaticPodProcess
  readonly reason: string
}

async function stale(cluster: ClusterState, { signal }: RecoveryContext): Promise<StaleControllerManager[]> {
  const [facts, mounts] = await Promise.all([
    unsettledSaKeys(cluster, signal),
    outdatedStaticPods(cluster, component, signal),
  ])
  const keyless = cluster.controlPlanes.flatMap((host) => {
    const own = facts.find(({ name }) => name === host.node.name)
    const reason = own && staleControllerManager(own)
    return own && reason !== undefined ? [{ host, process: own.controllerManager, reason }] : []
  })
  return [...keyless, ...mounts.filter(({ host }) => !keyless.some((each) => each.host === host))]
}

/**
 * A controller manager signs the tokens in Secrets with the key that it read at its start. Those that only wait to lead go
 * first, then the leader. It ends at once on SIGTERM and keeps its lease, for which the next would wait 15 s, so the lease
 * is given back for it, as it does itself with the feature gate ControllerManagerReleaseLeaderElectionLockOnExit.
 */
export const restartControllerManagers = (options: Pick<RecoveryOptions, 'compromised'>) =>
  stepFromFindings<StaleControllerManager>({
    id: 'restart-controller-managers',
    title:
      'Restart the controller managers that have not loaded the service-account key, or see no new certificates, the leader last',
    describe: ({ host, reason }) => [{ node: host.node.name, action: `restart ${component}`, reason }],
    previewWithout: previewNewSaKey(options, ({ controlPlanes }) =>
      controlPlanes.map(({ node }) => ({ node: node.name, action: `restart ${component}` })),
    ),
    find: stale,
    async work(cluster, { signal }, found) {
      const leads = await leaderWith(cluster, component, signal)
      const isLeader = ({ host }: StaleControllerManager) => leads?.machine === host.node.name
      const restart = ({ host, process }: StaleControllerManager) =>
        restartStaticPod(host, component, process, { graceS: 0, signal })
      await forEachNode(
        found.filter((each) => !isLeader(each)),
        restart,
      )
      for (const leader of found.filter(isLeader)) {
        await restart(leader)
        await leads?.release()
      }
    },
    async verify(cluster, context) {
      for (const { host, reason } of await stale(cluster, context)) throw new Error(`${host.node.name}: ${reason}`)
    },
  })
