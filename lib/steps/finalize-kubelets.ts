import { onEach } from '../each.ts'
import { pointAtRotatedCertificate } from '../kubelet.ts'
import { siteOf } from '../site.ts'
import type { Step } from '../step.ts'

export const finalizeKubelets: Step = {
  id: 'finalize-kubelets',
  title: 'Point every kubelet.conf at the certificate that kubelet rotates itself',
  async run(context) {
    const site = await siteOf(context)
    await onEach(site.machines, (host) => pointAtRotatedCertificate(host, context.signal))
  },
}
