import { forEachNode } from '../engine/for-each-node.ts'
import { nameRotatedCertificate, rotation } from '../kubelet/kubelet.ts'
import { siteOf, type NodeState } from '../preflight/survey.ts'
import { waitFor } from '../engine/wait.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

/** Not where kubelet is told not to rotate its certificate: there kubelet.conf must go on holding one. */
export const finalizeKubeletConf = stepFromFindings<NodeState>({
  id: 'finalize-kubelet-conf',
  title: 'Name in every kubelet.conf the certificate that kubelet rotates itself',
  needs: 'authorities',
  on: ({ facts }) => facts.rotatesCertificates,
  describe: (host) => [
    {
      node: host.node.name,
      action: 'name the rotated certificate in kubelet.conf',
      reason: 'it holds a certificate itself',
    },
  ],
  async find(context) {
    const { machines } = await siteOf(context)
    const found = await forEachNode(machines, async (host) => {
      return host.facts.rotatesCertificates && (await rotation(host, context.signal)) !== 'named' ? [host] : []
    })
    return found.flat()
  },
  async work({ signal }, hosts) {
    await forEachNode(hosts, async (host) => {
      const isRotated = async () => (await rotation(host, signal)) !== 'not rotated yet'
      await waitFor(`kubelet on ${host.node.name} has rotated its certificate`, isRotated, {
        timeoutMs: 60_000,
        signal,
      })
      await nameRotatedCertificate(host, signal)
    })
  },
})
