import { onEach } from '../each.ts'
import { belongsTo, isPrepared, kubeletState, prepareKubeletConf } from '../kubelet.ts'
import { issueCertificates, wrongFiles, type WrongFile } from '../pki/leaf-certificates.ts'
import { siteOf, type Host } from '../site.ts'
import type { RecoveryContext } from '../step.ts'
import { clusterCa } from '../trust.ts'
import { workStep } from '../work-step.ts'

/** A control plane with what is wrong there, or a worker whose kubelet needs a kubeconfig. */
interface Unissued {
  readonly host: Host
  readonly files: readonly WrongFile[]
}

async function onControlPlanes(context: RecoveryContext): Promise<Unissued[]> {
  const site = await siteOf(context)
  const found = await onEach(site.controlPlanes, async (host) => {
    return { host, files: await wrongFiles(host, site, context.signal) }
  })
  return found.filter(({ files }) => files.length > 0)
}

async function onWorkers(context: RecoveryContext): Promise<Unissued[]> {
  const site = await siteOf(context)
  const ca = await clusterCa(site)
  const found = await onEach(site.workers, async (host) => {
    const state = await kubeletState(host, context.signal)
    return belongsTo(ca, state, new Date()) || (await isPrepared(host, ca, context.signal)) ? [] : [{ host, files: [] }]
  })
  return found.flat()
}

async function issue(context: RecoveryContext, found: readonly Unissued[]): Promise<void> {
  const site = await siteOf(context)
  await onEach(found, ({ host, files }) =>
    host.node.role === 'worker'
      ? prepareKubeletConf(site, host, context.signal)
      : issueCertificates(context, site, host, files),
  )
}

async function requireNothingWrong(context: RecoveryContext): Promise<void> {
  for (const { host, files } of await onControlPlanes(context)) {
    throw new Error(`on ${host.node.name} ${files.map(({ path, problem }) => `${path} is ${problem}`).join(', ')}`)
  }
}

export const issueAllCertificates = workStep<Unissued>({
  id: 'issue-certificates',
  title: "Issue all certificates and kubeconfigs, the workers' kubelets' too, and prepare the manifests",
  async find(context) {
    return (await Promise.all([onControlPlanes(context), onWorkers(context)])).flat()
  },
  work: issue,
  verify: requireNothingWrong,
})

/** Where the workers' kubelets get theirs with a bootstrap token. */
export const issueControlPlaneCertificates = workStep<Unissued>({
  id: 'issue-control-plane-certificates',
  title: "Issue the control planes' certificates and kubeconfigs, and prepare the manifests",
  find: onControlPlanes,
  work: issue,
  verify: requireNothingWrong,
})
