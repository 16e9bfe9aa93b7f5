import { limitMs } from '../engine/time-limits.ts'
import { messageOf } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { waitFor } from '../engine/wait.ts'
import { isSilent } from '../kubelet/broken-nodes.ts'
import { nameRotatedCertificate, rotation } from '../kubelet/kubelet.ts'
import type { NodeState } from '../model.ts'
import { previewWithoutCa } from './preview-without.ts'

/** Not where kubelet does not rotate its certificate, or does nothing: there kubelet.conf must keep its own. */
export const finalizeKubeletConf = stepFromFindings<NodeState>({
  id: 'finalize-kubelet-conf',
  title: 'Point every kubelet.conf at the certificate that kubelet rotates',
  followUp: true,
  previewWithout: previewWithoutCa(({ facts }) => facts.rotatesCertificates),
  describe: ({ node }) => [
    { node: node.name, action: 'name the rotated certificate in kubelet.conf', reason: 'it embeds a certificate' },
  ],
  async find(cluster, { signal }) {
    const found = await forEachNode(cluster.machines, async (host) =>
      !isSilent(cluster, host) && host.facts.rotatesCertificates && (await rotation(host, signal)) !== 'named'
        ? [host]
        : [],
    )
    return found.flat()
  },
  async work(_cluster, { emit, signal }, hosts) {
    await forEachNode(hosts, async (host) => {
      const { name } = host.node
      const isRotated = async () => (await rotation(host, signal)) !== 'not rotated yet'
      try {
        await waitFor(`kubelet on ${name} has rotated its certificate`, isRotated, {
          timeoutMs: limitMs(60_000, host),
          signal,
        })
      } catch (error) {
        signal.throwIfAborted()
        const order = 'when it has, run "kubeadm init phase kubelet-finalize all" there'
        emit({ type: 'node.left', node: name, reason: `${messageOf(error)}, which kubelet.conf should name: ${order}` })
        return
      }
      await nameRotatedCertificate(host, signal)
    })
  },
})
