import { isReady } from '../api/api-server-ready.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { restartApiServer } from '../static-pods/roll-api-servers.ts'
import { describeRestart, outdatedStaticPods, type OutdatedStaticPod } from '../static-pods/stale-mounts.ts'
import { previewNewEtcdCa } from './preview-without.ts'

/** They serve nobody, so they are restarted together, and before anything is asked of the API. */
export const restartDisconnectedApiServers = stepFromFindings<OutdatedStaticPod>({
  id: 'restart-disconnected-api-servers',
  title: 'Restart the API servers that reach etcd no more, since they see no new certificates or trust its lost CA',
  describe: describeRestart,
  previewWithout: previewNewEtcdCa('kube-apiserver'),
  async find(cluster, { signal }) {
    const outdated = await outdatedStaticPods(cluster, 'kube-apiserver', signal, () => Promise.resolve(true))
    const away = await forEachNode(outdated, async (each) =>
      (await isReady(each.host, cluster, signal)) ? [] : [each],
    )
    return away.flat()
  },
  async work(cluster, { signal }, found) {
    await forEachNode(found, (each) => restartApiServer(cluster, each, signal))
  },
})
