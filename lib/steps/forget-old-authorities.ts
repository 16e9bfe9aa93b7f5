import { bash, runScript } from '../bash.ts'
import { kubeFunction } from '../kube-api.ts'
import { siteOf } from '../site.ts'
import { authenticationPath, cleanedAuthentication } from '../trust.ts'
import { workStep } from '../work-step.ts'

export const forgetOldAuthorities = workStep({
  id: 'forget-old-authorities',
  title: 'Take the lost CAs out of extension-apiserver-authentication',
  needs: 'api',
  async find(context) {
    const cleaned = await cleanedAuthentication(await siteOf(context), context.signal)
    return cleaned ? [cleaned] : []
  },
  async work(context, [cleaned]) {
    const site = await siteOf(context)
    const script = bash`
${kubeFunction(site.first, site)}
kube replace --raw ${authenticationPath} --filename - > /dev/null
`
    const input = JSON.stringify(cleaned)
    await runScript(site.first.node, 'replace extension-apiserver-authentication', script, {
      signal: context.signal,
      input,
    })
  },
})
