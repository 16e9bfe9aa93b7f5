import { forEachNode } from '../engine/for-each-node.ts'
import { belongsTo, isStaged, kubeletState, stageKubeletConf } from '../kubelet/kubelet.ts'
import type { WrongFile } from '../pki/assess-leaf-certs.ts'
import { issueCertificates, wrongFiles } from '../pki/leaf-certs.ts'
import { siteOf, type NodeState } from '../preflight/survey.ts'
import type { PlannedAction, RecoveryContext } from '../engine/step.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

/** A control plane with what is wrong there, or a worker whose kubelet needs a kubeconfig. */
interface Unissued {
  readonly host: NodeState
  readonly files: readonly WrongFile[]
}

async function onControlPlanes(context: RecoveryContext): Promise<Unissued[]> {
  const site = await siteOf(context)
  const found = await forEachNode(site.controlPlanes, async (host) => {
    return { host, files: await wrongFiles(host, site, context.signal) }
  })
  return found.filter(({ files }) => files.length > 0)
}

async function onWorkers(context: RecoveryContext): Promise<Unissued[]> {
  const site = await siteOf(context)
  // While it is only planned, there may be no CA yet: then no kubelet belongs to it.
  const ca = await clusterCa(site).catch(() => undefined)
  if (ca === undefined) return site.workers.map((host) => ({ host, files: [] }))
  const found = await forEachNode(site.workers, async (host) => {
    const state = await kubeletState(host, context.signal)
    return belongsTo(ca, state, new Date()) || (await isStaged(host, ca, context.signal)) ? [] : [{ host, files: [] }]
  })
  return found.flat()
}

async function issue(context: RecoveryContext, found: readonly Unissued[]): Promise<void> {
  const site = await siteOf(context)
  await forEachNode(found, ({ host, files }) =>
    host.node.role === 'worker'
      ? stageKubeletConf(site, host, context.signal)
      : issueCertificates(context, site, host, files),
  )
}

async function requireNothingWrong(context: RecoveryContext): Promise<void> {
  for (const { host, files } of await onControlPlanes(context)) {
    throw new Error(`on ${host.node.name} ${files.map(({ path, problem }) => `${path} is ${problem}`).join(', ')}`)
  }
}

function described({ host: { node }, files }: Unissued): readonly PlannedAction[] {
  const reason = 'it shows a certificate of another CA'
  if (node.role === 'worker') return [{ node: node.name, action: 'lay a kubeconfig ready for kubelet', reason }]
  return files.map(({ path, problem }) => ({ node: node.name, action: `make ${path}`, reason: problem }))
}

export const issueAllCertificates = stepFromFindings<Unissued>({
  id: 'issue-certificates',
  title: "Issue all certificates and kubeconfigs, the workers' kubelets' too, and prepare the manifests",
  describe: described,
  async find(context) {
    return (await Promise.all([onControlPlanes(context), onWorkers(context)])).flat()
  },
  work: issue,
  verify: requireNothingWrong,
})

/** Where the workers' kubelets get theirs with a bootstrap token. */
export const issueControlPlaneCertificates = stepFromFindings<Unissued>({
  id: 'issue-control-plane-certificates',
  title: "Issue the control planes' certificates and kubeconfigs, and prepare the manifests",
  describe: described,
  find: onControlPlanes,
  work: issue,
  verify: requireNothingWrong,
})
