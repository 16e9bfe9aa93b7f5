import { bash, runScript } from '../bash.ts'
import { kubeFunction } from '../kube-api.ts'
import { siteOf } from '../site.ts'
import type { Step } from '../step.ts'
import { authenticationPath, cleanedAuthentication } from '../trust.ts'

export const forgetOldAuthorities: Step = {
  id: 'forget-old-authorities',
  title: 'Take the lost CAs out of extension-apiserver-authentication',
  async needed(context) {
    return (await cleanedAuthentication(await siteOf(context), context.signal)) !== undefined
  },
  async run(context) {
    const site = await siteOf(context)
    const cleaned = await cleanedAuthentication(site, context.signal)
    if (!cleaned) return
    const script = bash`
${kubeFunction(site.first, site)}
kube replace --raw ${authenticationPath} --filename - > /dev/null
`
    await runScript(site.first.node, 'replace extension-apiserver-authentication', script, {
      signal: context.signal,
      input: JSON.stringify(cleaned),
    })
  },
}
