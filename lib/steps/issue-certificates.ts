import { onEach } from '../each.ts'
import { issueCertificates, wrongFiles } from '../pki/leaf-certificates.ts'
import { siteOf } from '../site.ts'
import type { RecoveryContext, Step } from '../step.ts'

async function wrong(context: RecoveryContext) {
  const site = await siteOf(context)
  const found = await onEach(site.controlPlanes, async (host) => ({
    host,
    files: await wrongFiles(host, site, context.signal),
  }))
  return found.filter(({ files }) => files.length > 0)
}

export const issueCertificatesStep: Step = {
  id: 'issue-certificates',
  title: 'Issue certificates and kubeconfigs and prepare the manifests, on all control planes at once',
  needed: async (context) => (await wrong(context)).length > 0,
  async run(context) {
    const site = await siteOf(context)
    await onEach(await wrong(context), ({ host, files }) => issueCertificates(context, site, host, files))
  },
  async verify(context) {
    for (const { host, files } of await wrong(context)) {
      throw new Error(`on ${host.node.name} ${files.map(({ path, problem }) => `${path} is ${problem}`).join(', ')}`)
    }
  },
}
