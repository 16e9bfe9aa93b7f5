import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { leaderWith } from '../leader-election/leases.ts'
import { previewNewSaKey } from '../pki/sa-key/preview-new-sa-key.ts'
import { restartStaticPod } from '../static-pods/restart-static-pod.ts'
import { describeRestart, type OutdatedStaticPod } from '../static-pods/stale-mounts.ts'
import { outdatedProcesses } from './outdated-processes.ts'

const component = 'kube-controller-manager'

/**
 * A controller manager signs the tokens in Secrets with the key that it read at its start. Those that only wait to lead go
 * first, then the leader. It ends at once on SIGTERM and keeps its lease, for which the next would wait 15 s, so the lease
 * is given back for it, as it does itself with the feature gate ControllerManagerReleaseLeaderElectionLockOnExit.
 */
export const restartControllerManagers = (options: Pick<RecoveryOptions, 'compromised'>) =>
  stepFromFindings<OutdatedStaticPod>({
    id: 'restart-controller-managers',
    title:
      'Restart the controller managers that have not loaded the service-account key, or see no new certificates, the leader last',
    describe: describeRestart,
    previewWithout: previewNewSaKey(options, ({ controlPlanes }) =>
      controlPlanes.map(({ node }) => ({ node: node.name, action: `restart ${component}` })),
    ),
    find: (cluster, { signal }) => outdatedProcesses(cluster, component, signal),
    async work(cluster, { signal }, found) {
      const leads = await leaderWith(cluster, component, signal)
      const isLeader = ({ host }: OutdatedStaticPod) => leads?.machine === host.node.name
      const restart = ({ host, process }: OutdatedStaticPod) =>
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
    async verify(cluster, { signal }) {
      for (const { host, reason } of await outdatedProcesses(cluster, component, signal))
        throw new Error(`${host.node.name}: ${reason}`)
    },
  })
