import { bash, runScript } from '../bash.ts'
import { sameCertificate } from '../pki/pem.ts'
import { siteOf, type Site } from '../site.ts'
import type { RecoveryContext, Step } from '../step.ts'
import { clusterCa, clusterInfoCa, namespacesWithoutCa } from '../trust.ts'
import { waitFor } from '../wait.ts'
import { kubeadmConfigPath } from '../work-dir.ts'

async function isJoinable(site: Site, ca: string, signal: AbortSignal): Promise<boolean> {
  return sameCertificate((await clusterInfoCa(site, signal)) ?? '', ca)
}

async function renewClusterInfo({ signal }: RecoveryContext, site: Site): Promise<void> {
  const script = bash`
config=/etc/kubernetes/super-admin.conf
if [ ! -s "$config" ]; then config=/etc/kubernetes/admin.conf; fi
kubeadm init phase bootstrap-token --config ${kubeadmConfigPath} --kubeconfig "$config" --skip-token-print >&2
`
  await runScript(site.first.node, 'renew cluster-info and a bootstrap token', script, { signal, secret: true })
}

/** Before kubelets are restarted: a pod is given its token and the CA together, and a new token with the old CA helps nobody. */
export const publishTrust: Step = {
  id: 'publish-trust',
  title: 'Publish the new CA in every namespace and in cluster-info',
  async needed(context) {
    const site = await siteOf(context)
    const ca = await clusterCa(site)
    const [joinable, without] = await Promise.all([
      isJoinable(site, ca, context.signal),
      namespacesWithoutCa(site, ca, context.signal),
    ])
    return !joinable || without.length > 0
  },
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    const ca = await clusterCa(site)
    if (!(await isJoinable(site, ca, signal))) await renewClusterInfo(context, site)
    await waitFor(
      'the new CA is in every namespace',
      async () => {
        const without = await namespacesWithoutCa(site, ca, signal)
        if (without.length > 0) throw new Error(`not yet in ${without.join(', ')}`)
        return true
      },
      { timeoutMs: 120_000, intervalMs: 200, signal },
    )
  },
}
