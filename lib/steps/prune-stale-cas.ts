import { bash, runScript } from '../shell/bash.ts'
import { kubeFunction } from '../api/kube-api.ts'
import { siteOf } from '../preflight/survey.ts'
import { authenticationPath, cleanedAuthentication } from '../pki/cluster-ca.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

export const pruneStaleCas = stepFromFindings({
  id: 'prune-stale-cas',
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
