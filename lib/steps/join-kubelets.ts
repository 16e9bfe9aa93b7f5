import { nodeConfigOf } from '../kubeadm/node-configs.ts'
import { deleteBootstrapToken, createBootstrapToken, waitForSignature } from '../api/bootstrap-token.ts'
import { brokenNodes } from '../kubelet/broken-nodes.ts'
import { joinKubelet, markNodesUnknown } from '../kubelet/join-kubelet.ts'
import { leaveMachines } from '../kubelet/leave-machines.ts'
import { messageOf } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import {
  describeOutdated,
  outdatedKubelets,
  updateKubelets,
  type OutdatedKubelet,
} from '../kubelet/outdated-kubelets.ts'
import { previewWithoutCa } from './preview-without.ts'

/** For `--kubelets bootstrap`. The control planes' kubelets have their identity by now. */
export const joinKubelets = stepFromFindings<OutdatedKubelet>({
  id: 'join-kubelets',
  title: "Join the workers' kubelets with a bootstrap token; containers keep running",
  previewWithout: previewWithoutCa(),
  describe: describeOutdated,
  find: outdatedKubelets,
  async work(cluster, context, found) {
    const { signal } = context
    const joining = found.filter(({ host, isKubelet }) => isKubelet && host.node.role === 'worker')
    await updateKubelets(
      cluster,
      context,
      found.filter((each) => !joining.includes(each)),
    )
    if (joining.length === 0) return
    const hosts = joining.map(({ host }) => host)
    const token = await createBootstrapToken(
      cluster,
      (bootstrapToken) => nodeConfigOf(cluster, cluster.first, { bootstrapToken }),
      signal,
    )
    try {
      await Promise.all([waitForSignature(cluster, token, signal), markNodesUnknown(cluster, hosts, signal)])
      const broken = await brokenNodes(cluster, signal)
      await forEachNode(hosts, async (host) => {
        try {
          await joinKubelet(context, cluster, host, token)
        } catch (error) {
          signal.throwIfAborted()
          // `await-kubelets` names it.
          const reason = `its kubelet could not join: ${messageOf(error)}`
          leaveMachines(cluster, broken, [host.node.name], { reason, isSilent: true, error })
        }
      })
    } finally {
      // Also where the repair was aborted.
      await deleteBootstrapToken(cluster, token, AbortSignal.timeout(10_000))
    }
  },
})
